"""The API object: ninja's, with our bodies, our problems, and nothing open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from orderhouse.http.documentation import documentation
from orderhouse.http.links import Leads, tell_links


class _Bodies(Parser):
    """Bodies are read before (:mod:`attend`), where their faults can be told."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.payload  # type: ignore[attr-defined]


class Api(NinjaAPI):
    """Raises what its operations raise, so that their unit of work ends with it; :func:`attend.attend` answers."""

    def __init__(self, *, title: str, version: str, description: str, leads: Iterable[Leads] = ()) -> None:
        self._leads = tuple(leads)
        super().__init__(title=title, version=version, description=description, openapi_url=None, docs_url=None, parser=_Bodies())

    def on_exception(self, request: HttpRequest, exc: Any) -> NoReturn:
        raise exc

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The description, with its links."""
        schema = super().get_openapi_schema(**asked)
        tell_links(schema, self._leads)
        return schema

    def addresses(self, prefix: str) -> list[URLPattern | URLResolver]:
        """Its addresses and its documentation, to be included under ``prefix``."""
        operations = [pattern for pattern in self._get_urls() if getattr(pattern, "name", None) != "api-root"]
        return [*documentation(self, prefix), *operations]
