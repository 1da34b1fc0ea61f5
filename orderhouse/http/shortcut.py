"""The short way of the API: partners carry a key, not a cookie, so what serves browsers is left out of their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, resolve

PREFIX = "/api/"
KEPT = (SecurityMiddleware, CommonMiddleware, XFrameOptionsMiddleware)
"""Middleware an API request passes: the host is checked, the headers against sniffing and framing are set. Sessions, languages, forms,
messages, static files and compression are for pages."""


class ShortCut:
    """Django middleware, first of all. An address of the API is answered past the rest; what is none goes the whole way, and is told
    there that it is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.whole_way = get_response
        way: Any = _answer
        for middleware in reversed(KEPT):
            way = middleware(way)
        self.short_way: Callable[[HttpRequest], HttpResponseBase] = way

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.whole_way(request)
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return self.whole_way(request)
        return self.short_way(request)


def _answer(request: HttpRequest) -> HttpResponseBase:
    match = request.resolver_match
    assert match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response
