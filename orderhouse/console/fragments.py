"""Pages that renew a part of themselves: the same address answers the page, or to htmx its living part alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def living(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """``console/<page>.html``, which includes ``console/<page>_live.html``; only the latter where htmx asks for it."""
    asked = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "live"
    template = f"console/{page}_live.html" if asked else f"console/{page}.html"
    response = render(request, template, {**context, "page": page})
    response.headers["Vary"] = "HX-Request"
    return response
