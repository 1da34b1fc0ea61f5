"""Deny by default: every address says who may use it, or the house does not start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from ninja.security.base import AuthBase

from orderhouse.people.api_keys import SCOPES, Bearer, KeyRefused

View = TypeVar("View", bound=Callable[..., Any])


class RouteWithoutPolicy(ImproperlyConfigured):
    """An address would be open to anyone because nobody said otherwise."""


class ApiKey(AuthBase):
    """The policy of an API operation: a key with this scope. It lets no request pass whose key was not checked before."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "An API key: `Authorization: Bearer oh_...`. Each operation names the scope the key must have."

    def __init__(self, scope: str) -> None:
        if scope not in SCOPES:
            raise RouteWithoutPolicy(f"{scope!r} is no scope; choose among {', '.join(SCOPES)}")
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Bearer:
        bearer = getattr(request, "bearer", None)
        if not isinstance(bearer, Bearer):
            raise KeyRefused()
        bearer.must_have(self.scope)
        return bearer

    def __repr__(self) -> str:
        return f"API key with {self.scope}"


def policy(said: str) -> Callable[[View], View]:
    """Declare who may use a view that is no API operation: ``@policy("public: holds no data")``."""

    def declare(view: View) -> View:
        view.policy = said  # type: ignore[attr-defined]
        return view

    return declare


def routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address with its policy, None where it has none."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            view = pattern.callback
            yield address, getattr(view, "policy", None) or getattr(getattr(view, "view_class", None), "policy", None)


def refuse_open_routes(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Raise :class:`RouteWithoutPolicy` naming every address that does not say who may use it."""
    found = [address for address, said in routes(patterns) if not said]
    if found:
        raise RouteWithoutPolicy(
            f"These addresses do not say who may use them: {', '.join('/' + address for address in found)}. "
            "Give a Door operation its scope, any other view @policy(...)."
        )
