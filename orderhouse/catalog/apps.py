from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "orderhouse.catalog"
    label = "catalog"
