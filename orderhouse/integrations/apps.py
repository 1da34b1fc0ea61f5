from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "orderhouse.integrations"
    label = "integrations"

    def ready(self) -> None:
        from orderhouse.integrations.carriers import register_carriers

        register_carriers()
