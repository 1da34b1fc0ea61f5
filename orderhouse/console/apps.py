from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "orderhouse.console"
    label = "console"
