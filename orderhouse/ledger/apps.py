from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "orderhouse.ledger"
    label = "ledger"
