"""Addresses of the contract; mounted at ``contract/v1/``."""

from __future__ import annotations

from django.urls import path

from orderhouse.contract import views

urlpatterns = [path("inbox", views.receive, name="contract-inbox")]
