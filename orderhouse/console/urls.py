"""The console's addresses; a wing that is not installed has no pages."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from orderhouse.console import account, looks, welcome
from orderhouse.console.search import page as search_page

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", welcome.sign_in_page, name="sign-in"),
    path("sign-in/code", welcome.sign_in_code_page, name="sign-in-code"),
    path("sign-out", welcome.sign_out, name="sign-out"),
    path("business", welcome.choose_business, name="choose-business"),
    path("looks", looks.choose_looks, name="choose-looks"),
    path("search", search_page.search, name="search"),
    path("account", account.account, name="account"),
    path("account/password", account.password_page, name="change-password"),
    path("account/second-factor", account.second_factor_page, name="second-factor"),
    path("account/second-factor/drop", account.drop_factor, name="drop-second-factor"),
    path("account/sessions/end", account.end_my_sessions, name="end-sessions"),
    path("", include("orderhouse.console.people_pages.urls")),
    path("", include("orderhouse.console.trust.urls")),
]
if apps.is_installed("orderhouse.oms"):
    urlpatterns.append(path("", include("orderhouse.console.oms.urls")))
else:
    urlpatterns.append(path("", welcome.to_the_floor, name="home"))
if apps.is_installed("orderhouse.wms"):
    urlpatterns.append(path("", include("orderhouse.console.wms.urls")))
