from django.apps import AppConfig


class WmsConfig(AppConfig):
    name = "orderhouse.wms"
    label = "wms"

    def ready(self) -> None:
        from orderhouse.contract.audit import age_out
        from orderhouse.contract.mailbox import register
        from orderhouse.wms.floor.forget_scans import forget_scans
        from orderhouse.wms.mailbox import HANDLERS

        register("node:", HANDLERS)
        age_out.register("scans", forget_scans)
