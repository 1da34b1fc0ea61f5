"""One item: what may be promised of it and why, where it is, who holds it, who waits, what comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import items
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms import stock_queries as queries
from orderhouse.console.oms.stock_waterfall import Ways, of_nodes
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.oms.channels.queries import Channel, channels
from orderhouse.oms.promise.queries import Availability, NodeFigures, explain_availability
from orderhouse.oms.promise.rules import ItemFigures, promise_of

FIGURES = ("on_hand", "available", "reserved", "released", "safety", "shortage")


@dataclass(frozen=True, slots=True)
class Books:
    """A node in both books: good units by its floor's (None: no floor in this database), by its last report, by our own."""

    node: NodeFigures
    lies: int | None
    aside: int
    verdict: str
    tone: str


@allow(*SEE_FLOOR)
@require_GET
def item_page(request: DeskRequest, item_id: int) -> HttpResponse:
    """One item, node by node."""
    tenant_id = request.desk.tenant_id
    with_floor = apps.is_installed("orderhouse.wms")
    found = explain_availability(tenant_id, item_id)
    with unit_of_work(tenant_id):
        item = items(tenant_id, [item_id])[item_id]
        lies = queries.buildings(tenant_id, item_id) if with_floor else {}
        on_the_way = queries.reports_on_the_way(tenant_id)
        waiting = queries.claims(tenant_id, item_id, "waiting", limit=50)
        waited = queries.waited_for(tenant_id, item_id)
        announced = queries.incoming(tenant_id, item_id)
    books = [_books(node, lies, on_the_way, with_floor) for node in found.nodes]
    inside = sum(row.good for row in lies.values()) if with_floor else None
    aside = sum(row.aside for row in lies.values())
    context: dict[str, Any] = {
        "item": found,
        "article": item,
        "name": item.name,
        "strip": _strip(found, item_id, waited, announced),
        "bars": of_nodes(found.nodes, _ways(item_id), lies=inside, aside=aside),
        "nodes": [(node, of_nodes([node], _ways(item_id, node.code))) for node in found.nodes],
        "books": books,
        "waiting": waiting,
        "waiting_units": waited,
        "announced": announced,
        "now": clock.now(),
        "channels": _channels(tenant_id, item.owner_id, found),
        "free": sum(node.available.quantity for node in found.nodes if node.active),
        "with_floor": with_floor,
        "may_act": request.desk.may("warehouse_manager"),
        "topics": (f"item:{item_id}",),
        "refresh": 5,
    }
    return living(request, "oms/item", context)


def figure_address(item_id: int, figure: str, node: str = "") -> str:
    """Where a figure of the promise book is explained."""
    fields = {"figure": figure, "node": node}
    found = urlencode({name: value for name, value in fields.items() if value})
    return f"{reverse('console:item-movements', args=[item_id])}?{found}"


def _ways(item_id: int, node: str = "") -> Ways:
    to = {figure: figure_address(item_id, figure, node) for figure in FIGURES}
    try:
        floor = reverse("console:movements")
        to |= {
            figure: f"{floor}?{urlencode({'item': item_id, 'figure': figure} | ({'node': node} if node else {}))}"
            for figure in ("inside", "aside")
        }
    except NoReverseMatch:
        pass
    return Ways(to | {"books": "#books"})


@dataclass(frozen=True, slots=True)
class Stripe:
    """A figure of the strip: its name, its units, where it is explained, and how it should be read."""

    code: str
    label: str
    units: int
    href: str
    note: str = ""
    tone: str = ""


def _strip(found: Availability, item_id: int, waited: int, announced: list[queries.Incoming]) -> list[Stripe]:
    def total(figure: str) -> int:
        return sum(getattr(node, figure).quantity for node in found.nodes)

    free = found.available_to_promise
    first = announced[0].due_at if announced else None
    target = sum(node.safety_target for node in found.nodes)
    return [
        Stripe(
            "on_hand", _("On hand"), sum(n.projected for n in found.nodes), figure_address(item_id, "on_hand"), _("in our book")
        ),
        Stripe("reserved", _("Reserved"), total("reserved"), figure_address(item_id, "reserved"), _("promised to orders")),
        Stripe("released", _("Released"), total("released"), figure_address(item_id, "released"), _("on the way out")),
        Stripe(
            "safety",
            _("Safety"),
            total("safety"),
            figure_address(item_id, "safety"),
            _("of %(target)s wanted") % {"target": target} if target else _("none wanted"),
            "risk" if total("safety") < target else "",
        ),
        Stripe(
            "available", _("Available"), free, figure_address(item_id, "available"), _("may be promised"), "" if free else "bad"
        ),
        Stripe(
            "waiting",
            _("Waited for"),
            waited,
            "#waiting",
            _("no node has it"),
            "risk" if waited else "",
        ),
        Stripe(
            "incoming",
            _("Incoming"),
            sum(i.units for i in announced),
            "#incoming",
            f"{first:%-d %b}" if first else _("none announced"),
        ),
    ]


def _books(node: NodeFigures, lies: dict[int, queries.Building], on_the_way: dict[str, int], with_floor: bool) -> Books:
    here = lies.get(node.node_id)
    good = (here.good if here else 0) if with_floor and (here or node.reported is not None) else None
    aside = here.aside if here else 0
    letters = on_the_way.get(node.code, 0)
    if node.reported is None:
        return Books(node, good, aside, _("The node never reported this item."), "mute")
    if good is not None and good != node.reported:
        said = _("The floor moved %(units)+d since the node's last report.") % {"units": good - node.reported}
        if letters:
            said += " " + ngettext("%(count)d report is on its way.", "%(count)d reports are on their way.", letters) % {
                "count": letters
            }
        return Books(node, good, aside, said, "risk")
    if node.gap:
        said = _("Our book stands %(units)+d against the report: a shipment or a report is between the two.") % {
            "units": node.gap
        }
        return Books(node, good, aside, said, "risk")
    return Books(node, good, aside, _("The books agree."), "good")


def _channels(tenant_id: int, owner_id: int, found: Availability) -> list[tuple[Channel, int]]:
    """What each channel that sells this owner's items may promise now."""
    free = sum(node.available.quantity for node in found.nodes if node.active)
    return [
        (each, promise_of(ItemFigures(found.item_id, free, 0, 0, 0, 0, each.buffer, each.share_percent)))
        for each in channels(tenant_id).values()
        if each.active and each.owner_id == owner_id
    ]
