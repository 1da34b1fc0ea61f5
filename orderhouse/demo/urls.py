"""The demonstration's own addresses: in ``orderhouse demo`` alone."""

from __future__ import annotations

from django.urls import path

from orderhouse.demo import pages

app_name = "demo"
urlpatterns = [
    path("", pages.take_part, name="pace"),
    path("bar", pages.bar, name="bar"),
    path("badge", pages.badge, name="badge"),
    path("trouble/<slug:kind>", pages.trouble, name="trouble"),
]
