from django.apps import AppConfig


class WmsConfig(AppConfig):
    name = "orderhouse.wms"
    label = "wms"

    def ready(self) -> None:
        from orderhouse.contract.mailbox import register
        from orderhouse.wms.mailbox import HANDLERS

        register("node:", HANDLERS)
