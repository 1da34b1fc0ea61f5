from django.apps import AppConfig


class ScannerConfig(AppConfig):
    name = "orderhouse.scanner"
    label = "scanner"
