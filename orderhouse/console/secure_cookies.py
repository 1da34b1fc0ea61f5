"""A cookie given over https never goes over http."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SecureCookies:
    """Django middleware: whatever sets a cookie below it, over https the cookie is marked Secure (ASVS 5.0, 3.3.1). A setting could
    only say always or never, and the same house may be reached by https through a proxy and by http inside its own walls."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
