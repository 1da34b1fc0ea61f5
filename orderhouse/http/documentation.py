"""The API described: OpenAPI, and a page to read it and try it, all served from here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import ninja
import orjson
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from orderhouse.http.policy import policy
from orderhouse.http.problems import NoSuchAddress, problem

_ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "swagger-ui-init.js": "text/javascript"}
_FOLDER = Path(ninja.__file__).parent / "static" / "ninja"
_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Orderhouse API</title><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body data-csrf-token="" data-api-csrf="">
<script type="application/json" id="swagger-settings">{"url": "openapi.json", "layout": "BaseLayout", "deepLinking": true}</script>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/swagger-ui-init.js"></script>
</body>
</html>
"""
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "A refusal (RFC 9457): what is wrong, where, and how to mend it.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for people."},
        "code": {"type": "string", "description": "The rule that refused, for programs."},
        "field": {"type": "string", "description": "The field at fault, as a JSON path."},
        "remedy": {"type": "string", "description": "How to mend it."},
        "instance": {"type": "string"},
        "facts": {"type": "object", "description": "The figures in the sentence."},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}, "remedy": {"type": "string"}},
            },
        },
    },
    "example": {
        "type": "https://orderhouse.dev/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is no order WEB-1001.",
        "code": "not-found",
        "field": "order",
        "remedy": "Check the order code for a typing error, or create it first.",
        "facts": {"kind": "order", "code": "WEB-1001"},
    },
}


def documentation(api: ninja.NinjaAPI, prefix: str) -> list[URLPattern]:
    """``openapi.json`` and ``docs`` for an API mounted under ``prefix`` (``api/v1/``)."""

    @cache
    def described() -> bytes:
        schema = api.get_openapi_schema(path_prefix=prefix)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        return orjson.dumps(schema, option=orjson.OPT_NON_STR_KEYS)

    @policy("public: describes the API, holds no data")
    @require_safe
    def openapi(request: HttpRequest) -> HttpResponse:
        return HttpResponse(described(), content_type="application/json")

    @policy("public: describes the API, holds no data")
    @require_safe
    def docs(request: HttpRequest) -> HttpResponse:
        return HttpResponse(_PAGE, headers={"Content-Security-Policy": _CONTENT_POLICY})

    @policy("public: the page's own script and style")
    @require_safe
    def asset(request: HttpRequest, name: str) -> HttpResponseBase:
        if name not in _ASSETS:
            return problem(NoSuchAddress(path=request.path))
        headers = {"Cache-Control": "public, max-age=86400"}
        return FileResponse((_FOLDER / name).open("rb"), content_type=f"{_ASSETS[name]}; charset=utf-8", headers=headers)

    return [path("openapi.json", openapi), path("docs", docs), path("docs/<str:name>", asset)]
