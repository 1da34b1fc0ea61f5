from django.apps import AppConfig


class OmsConfig(AppConfig):
    name = "orderhouse.oms"
    label = "oms"
