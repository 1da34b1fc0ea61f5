from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "orderhouse.people"
    label = "people"
