"""The door of the console: policies, refusals as pages, and what a browser may load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from orderhouse.console.desk import desk_of
from orderhouse.console.fragments import live_origin
from orderhouse.console.policies import NAMESPACE, PUBLIC, opens_to, policy_of
from orderhouse.kernel.errors import Refusal

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, nothing from elsewhere. Tabler's form controls draw their marks from data: images."""


def content_security_policy(request: HttpRequest) -> str:
    """The policy of a page, which may listen to the live process beside its own origin."""
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src 'self' {live_origin(request)}".rstrip())


class NotYourPage(Refusal):
    """The person's roles do not open this page."""

    sentence = "Your roles do not open this page."
    remedy = "An administrator of {business} can grant you one of: {roles}."
    status = 403


class Guard:
    """Django middleware; it looks at the console's own pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _ours(request) or (response.status_code >= 400 and response.headers.get("Content-Type", "").startswith("text/html")):
            response.headers.setdefault("Content-Security-Policy", content_security_policy(request))
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not _ours(request):
            return None
        roles = policy_of(view)
        desk = desk_of(request)
        request.desk = desk  # type: ignore[attr-defined]
        if roles == PUBLIC:
            return None
        if desk is None:
            to = f"{reverse('console:sign-in')}?{urlencode({'next': request.get_full_path()})}"
            if request.headers.get("HX-Request"):
                return HttpResponse(status=401, headers={"HX-Redirect": reverse("console:sign-in")})
            return HttpResponseRedirect(to)
        if getattr(request.user, "must_change_password", False) and not getattr(view, "own", False):
            to = reverse("console:change-password")
            if request.headers.get("HX-Request"):
                return HttpResponse(status=403, headers={"HX-Redirect": to})
            return HttpResponseRedirect(to)
        wanted = opens_to(view, request.method or "")
        if roles is None or not desk.may(*wanted):
            named = ", ".join(sorted(role.replace("_", " ") for role in {*wanted, "admin"}))
            return self.process_exception(request, NotYourPage(business=desk.business, roles=named))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal is a page that says what and why."""
        if not (_ours(request) and isinstance(exception, Refusal)):
            return None
        return render(request, "console/refused.html", {"refusal": exception}, status=exception.status)


def _ours(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and not {NAMESPACE, "demo"}.isdisjoint(match.app_names)
