from django.apps import AppConfig


class ContractConfig(AppConfig):
    name = "orderhouse.contract"
    label = "contract"
