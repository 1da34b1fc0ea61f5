"""Which road a letter takes to a wing in another installation, and whose letters come in by it."""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.people.changes import note_change
from orderhouse.people.sealed import Unsealable, seal, unseal

log = logging.getLogger(__name__)


class Route(NamedTuple):
    """``destination`` is oms, node:CODE, node:* or a channel; ``secret`` signs letters both ways (Standard Webhooks). It lies sealed in
    the database; where this house's key does not open it, it is "": nothing is signed by that, and letters wait."""

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
            """INSERT INTO contract_route (tenant_id, destination, url, sealed_secret)
               SELECT t.tenant_id, %(destination)s, %(url)s, %(sealed)s FROM people_tenant t WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, destination) DO UPDATE SET url = EXCLUDED.url, sealed_secret = EXCLUDED.sealed_secret""",
            {
                "tenant": by.tenant_id,
                "destination": destination,
                "url": url,
                "sealed": seal(secret.encode(), label=_label(by.tenant_id, destination)),
            },
        )
        note_change(by=by, deed="route-set", subject=destination, detail=url)
    return secret


def routes(tenant_id: int) -> dict[str, Route]:
    """Every route, by destination. In the caller's unit of work."""
    rows = fetch_all(
        "SELECT destination, url, sealed_secret FROM contract_route WHERE tenant_id = %s ORDER BY destination", (tenant_id,)
    )
    return {destination: Route(destination, url, _open(tenant_id, destination, sealed)) for destination, url, sealed in rows}


def reseal_routes(*, tenant_id: int) -> int:
    """Seal every secret under the present key, those too that an earlier key sealed; how many. Raises ``Unsealable`` and changes nothing."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            "SELECT destination, sealed_secret FROM contract_route WHERE tenant_id = %s ORDER BY destination FOR UPDATE",
            (tenant_id,),
        )
        for destination, sealed in rows:
            label = _label(tenant_id, destination)
            execute(
                "UPDATE contract_route SET sealed_secret = %s WHERE tenant_id = %s AND destination = %s",
                (seal(unseal(bytes(sealed), label=label), label=label), tenant_id, destination),
            )
    return len(rows)


def _open(tenant_id: int, destination: str, sealed: bytes) -> str:
    try:
        return unseal(bytes(sealed), label=_label(tenant_id, destination)).decode()
    except Unsealable as error:
        log.error(
            "the secret of the route to %s cannot be read (%s): bring back the key it was sealed under, or set the route again",
            destination,
            error,
        )
        return ""


def _label(tenant_id: int, destination: str) -> str:
    return f"route:{tenant_id}:{destination}"


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
