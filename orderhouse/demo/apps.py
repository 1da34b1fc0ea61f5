from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "orderhouse.demo"
    label = "demo"
