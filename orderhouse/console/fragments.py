"""Pages that renew a part of themselves: the same address answers the page, or to htmx its living part alone."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render

FALLBACK_SECONDS = 5
"""How often a page looks by itself while it cannot listen, unless it says otherwise."""


def living(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """``console/<page>.html``, which includes ``console/<page>_live.html``; only the latter where htmx asks for it.

    ``context["topics"]`` names what the page looks at (``orders``, ``order:ID``, ``stock``, ``item:ID``, ``floor:NODECODE``,
    ``exceptions``, ``books``): whenever one of them changes, the living part is fetched anew and morphed into the page.
    ``context["refresh"]`` is the seconds between two looks while the page cannot listen; None lets the page stand still.
    """
    asked = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "live"
    template = f"console/{page}_live.html" if asked else f"console/{page}.html"
    topics = context.get("topics") or ()
    refresh = context.get("refresh", FALLBACK_SECONDS if topics else None)
    about = {
        "page": page,
        "topics": topics if refresh else (),
        "refresh": refresh,
        "made_at": int(time.time() * 1000),
        "live_address": live_address(request),
    }
    response = render(request, template, {**context, **about})
    response.headers["Vary"] = "HX-Request"
    return response


def live_address(request: HttpRequest) -> str:
    """Where this browser may listen (``ORDERHOUSE_LIVE_URL``), "" where nothing tells."""
    url = str(settings.LIVE_URL).rstrip("/")
    if url.startswith(":"):  # a port of the host the browser knows us by: cookies go with the host
        return f"{request.scheme}://{split_domain_port(request.get_host())[0]}{url}"
    return url


def live_origin(request: HttpRequest) -> str:
    """The origin of :func:`live_address` for a content security policy; "" where it is the page's own."""
    parts = urlsplit(live_address(request))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
