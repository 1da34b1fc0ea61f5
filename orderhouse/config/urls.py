"""Where every address leads."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views import defaults

from orderhouse.config.api import PREFIX, api
from orderhouse.contract.views import receive
from orderhouse.http.policy import policy, refuse_open_routes
from orderhouse.http.problems import NoSuchAddress, UnexpectedError, UnknownHost, UnreadableRequest, problem

policy("a letter is signed with its route's secret")(receive)

urlpatterns: list[URLPattern | URLResolver] = [
    path(PREFIX, include(api.addresses(PREFIX))),
    path("contract/v1/", include("orderhouse.contract.urls")),
    path("", include("orderhouse.console.urls")),
]
if apps.is_installed("orderhouse.scanner"):
    urlpatterns.insert(0, path("scanner/", include("orderhouse.scanner.urls")))
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("orderhouse.demo.urls")))

refuse_open_routes(urlpatterns)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(("/api/", "/contract/")):
        return problem(UnknownHost() if isinstance(exception, DisallowedHost) else UnreadableRequest())
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(NoSuchAddress(path=request.path), instance=request.path)
    return defaults.page_not_found(request, exception)


def unexpected(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(UnexpectedError(), instance=request.path)
    return defaults.server_error(request)


handler400 = "orderhouse.config.urls.bad_request"
handler404 = "orderhouse.config.urls.not_found"
handler500 = "orderhouse.config.urls.unexpected"
