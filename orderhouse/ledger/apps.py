from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "orderhouse.ledger"
    label = "ledger"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from orderhouse.ledger.store import forget_accounts

        # A new connection may lead to another database: a restore swaps it under a running server and ends every session.
        connection_created.connect(lambda **_: forget_accounts(), weak=False, dispatch_uid="forget-accounts")
