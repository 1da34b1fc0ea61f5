from django.apps import AppConfig


class OmsConfig(AppConfig):
    name = "orderhouse.oms"
    label = "oms"

    def ready(self) -> None:
        from orderhouse.contract.mailbox import register
        from orderhouse.oms.mailbox import HANDLERS

        register("oms", HANDLERS)
