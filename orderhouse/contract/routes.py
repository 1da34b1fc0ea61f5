"""Which road a letter takes to a wing in another installation, and whose letters come in by it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.people.changes import note_change


class Route(NamedTuple):
    """``destination`` is oms, node:CODE, node:* or a channel; ``secret`` signs letters both ways (Standard Webhooks)."""

    destination: str
    url: str
    secret: str


def set_route(*, by: By, destination: str, url: str, secret: str = "") -> str:
    """Send letters to ``destination`` to ``url`` from now on; the signing secret, made here unless given.

    The other side sets the same secret on its route back. Letters waiting for a road go with the worker's next round.
    """
    kind, colon, code = destination.partition(":")
    if not (destination == "oms" or (kind in ("node", "channel") and colon and code)):
        raise InvalidInput(field="destination", reason=f"{destination!r} is not oms, node:CODE, node:* or channel:CODE")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(field="url", reason=f"{url!r} is not an http or https address")
    secret = secret or "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    if not secret.startswith("whsec_") or not 24 <= _length(secret.removeprefix("whsec_")) <= 64:
        raise InvalidInput(field="secret", reason="it is not whsec_ and 24 to 64 bytes in base64")
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO contract_route (tenant_id, destination, url, secret)
               SELECT t.tenant_id, %(destination)s, %(url)s, %(secret)s FROM people_tenant t WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, destination) DO UPDATE SET url = EXCLUDED.url, secret = EXCLUDED.secret""",
            {"tenant": by.tenant_id, "destination": destination, "url": url, "secret": secret},
        )
        note_change(by=by, deed="route-set", subject=destination, detail=url)
    return secret


def routes(tenant_id: int) -> dict[str, Route]:
    """Every route, by destination. In the caller's unit of work."""
    rows = fetch_all(
        "SELECT destination, url, secret FROM contract_route WHERE tenant_id = %s ORDER BY destination", (tenant_id,), of=Route
    )
    return {route.destination: route for route in rows}


def route_to(known: Mapping[str, Route], destination: str) -> Route | None:
    """The route of ``destination``: its own, else that of all its kind."""
    return known.get(destination) or known.get(destination.partition(":")[0] + ":*")


def routes_back(known: Mapping[str, Route], source: str) -> list[Route]:
    """The routes a letter from ``source`` may have come by: a warehouse stands behind any node's route."""
    if source == "wms":
        return [route for name, route in known.items() if name.startswith("node:")]
    route = route_to(known, source)
    return [route] if route else []


def _length(text: str) -> int:
    try:
        return len(base64.b64decode(text, validate=True))
    except ValueError:
        return 0
