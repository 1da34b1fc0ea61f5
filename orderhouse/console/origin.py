"""Where a request came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of the browser: the other end of the connection, or with ``ORDERHOUSE_PROXIES`` trusted proxies before us the
    one the outermost of them saw. What a browser writes into the header itself stands further left and is never believed."""
    proxies = getattr(settings, "PROXIES", 0)
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
