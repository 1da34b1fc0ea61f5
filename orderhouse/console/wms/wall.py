"""The wall: one screen ten meters away, for days on end. It opens to people signed in, and by a signed address to a screen that
nobody signs in on."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orderhouse import __version__
from orderhouse.catalog.queries import Node, node_by_code
from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_FLOOR, allow, public
from orderhouse.console.wms import asked
from orderhouse.console.wms.board import standing
from orderhouse.console.wms.board_queries import STAGES, node_of_page
from orderhouse.console.wms.exception_queries import exceptions
from orderhouse.console.wms.exceptions import in_words
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.wms.layout.renew_wall_key import renew_wall_key

SALT = "orderhouse.wall"
CUTOFFS = 3


class WallIsClosed(Refusal):
    """The address was never given out, or has been renewed since."""

    sentence = "This wall's address is no longer valid."
    remedy = "Open the wall while signed in, and copy its address for screens."
    status = 403


@allow(*SEE_FLOOR)
@require_GET
def wall(request: DeskRequest, node_code: str = "") -> HttpResponse:
    """A node's wall, for people signed in; managers find the address for a screen of its own at its foot."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        _every, node = node_of_page(tenant_id, node_code)
        if node is None:
            raise NotFound(kind="node", code=node_code or "any", field="node")
        return _draw(request, tenant_id, node)


@public
@require_GET
def wall_screen(request: HttpRequest, token: str) -> HttpResponse:
    """The same by a signed address: it shows one node's wall and opens nothing else."""
    try:
        tenant_id, code, serial = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise WallIsClosed from None
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, code)
        if _serial(tenant_id, node.id) != serial:
            raise WallIsClosed
        return _draw(request, tenant_id, node)


def _draw(request: HttpRequest, tenant_id: int, node: Node) -> HttpResponse:
    now = standing(tenant_id, node)
    latest = exceptions(tenant_id, node_id=node.id, limit=500)
    upcoming = [row for row in now.rows if row.cutoff.verdict == "late"][:1]
    upcoming += [row for row in now.rows if row.cutoff.verdict != "late"][: CUTOFFS - len(upcoming)]
    context: dict[str, Any] = {
        "node": node,
        "now": now,
        "stages": [*now.stages, ("shipped", now.shipped)],
        "stage_names": STAGES,
        "upcoming": upcoming,
        "people": sum(1 for each in now.people if (now.at - each.last_at).total_seconds() < 600),
        "exceptions": len(latest),
        "latest": in_words(latest[-1:]),
        "version": __version__,
        "at": clock.now(),
    }
    asked_live = request.headers.get("X-Wall") == "live"
    return render(request, "console/wms/wall_live.html" if asked_live else "console/wms/wall.html", context)


@allow("warehouse_manager")
@require_GET
def wall_address(request: DeskRequest, node_code: str) -> HttpResponse:
    """The address to open on a screen nobody signs in on."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        _every, node = node_of_page(tenant_id, node_code)
        if node is None:
            raise NotFound(kind="node", code=node_code, field="node")
        token = signing.dumps([tenant_id, node.code, _serial(tenant_id, node.id)], salt=SALT)
    address = request.build_absolute_uri(asked.address("wall-screen", token))
    return render(request, "console/wms/wall_address.html", {"node": node, "address": address})


@allow("warehouse_manager")
@require_POST
def renew_wall_address(request: DeskRequest, node_code: str) -> HttpResponse:
    """Close every address given out for the node's wall."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, node_code)
    try:
        renew_wall_key(by=request.desk.by(), node_id=node.id)
        toasts.say(request, _("The old address opens nothing any more; this is the new one."))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(asked.address("wall-address", node.code))


def _serial(tenant_id: int, node_id: int) -> int:
    found = fetch_value("SELECT wall_key FROM wms_site WHERE tenant_id = %s AND node_id = %s", (tenant_id, node_id))
    return int(found or 0)
