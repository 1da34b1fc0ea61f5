"""The console's addresses; a wing that is not installed has no pages."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from orderhouse.console import welcome

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", welcome.sign_in_page, name="sign-in"),
    path("sign-out", welcome.sign_out, name="sign-out"),
    path("business", welcome.choose_business, name="choose-business"),
]
if apps.is_installed("orderhouse.oms"):
    urlpatterns.append(path("", include("orderhouse.console.oms.urls")))
else:
    urlpatterns.append(path("", welcome.to_the_floor, name="home"))
if apps.is_installed("orderhouse.wms"):
    urlpatterns.append(path("", include("orderhouse.console.wms.urls")))
