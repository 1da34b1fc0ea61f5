"""Why a figure of the promise book is what it is: the accounts it sums, the orders that make it, its history and every movement."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import Node, items, nodes
from orderhouse.console import stock_asked, stock_books, stock_chart
from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms import stock_queries
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.stock_books import FIGURES, Scope, Traced
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound

PAGE = 50
NAMES = {
    "on_hand": (
        gettext_lazy("On hand"),
        gettext_lazy("what the nodes reported, less what left since: free, reserved, released and safety stock"),
    ),
    "available": (gettext_lazy("Available"), gettext_lazy("free: nobody was promised it, and it is not kept as safety stock")),
    "reserved": (gettext_lazy("Reserved"), gettext_lazy("promised to orders that no node was told to ship yet")),
    "released": (gettext_lazy("Released"), gettext_lazy("a node was told to ship it, and has not yet")),
    "safety": (gettext_lazy("Safety stock"), gettext_lazy("kept back from promises")),
    "shortage": (
        gettext_lazy("Owed by nodes"),
        gettext_lazy("reported lost while it was released; below zero until the node shorts it"),
    ),
}


class Told(NamedTuple):
    """A movement with its cause in words and where that is shown."""

    move: Traced
    cause: str
    code: str
    href: str


@allow(*SEE_FLOOR)
@require_GET
def item_movements(request: DeskRequest, item_id: int) -> HttpResponse:
    """A figure of an item, over all nodes or at one, and everything it is made of."""
    tenant_id, asked = request.desk.tenant_id, request.GET
    since, until = stock_asked.moment(asked, "since"), stock_asked.moment(asked, "until")
    before = stock_asked.number(asked, "before")
    with unit_of_work(tenant_id):
        item = items(tenant_id, [item_id]).get(item_id)
        if item is None:
            raise NotFound(kind="item", code=item_id, field="item_id")
        every = list(nodes(tenant_id).values())
        scope, figure, node = _scope(request, item_id, every)
        now = stock_books.figure(tenant_id, scope)
        found = stock_books.movements(
            tenant_id, scope, before=before or stock_books.NEWEST, since=since, until=until, limit=PAGE + 1
        )
        rows = _told(tenant_id, found[:PAGE])
        claims = (
            stock_queries.claims(tenant_id, item_id, figure, node_id=node.id if node else None)
            if figure in ("reserved", "released")
            else []
        )
        drawn = stock_chart.draw(
            tenant_id, scope, days=stock_chart.days_asked(asked.get("days", "")), now=clock.now(), zone=_zone(every, node)
        )
    given = {
        "figure": figure,
        "node": node.code if node else "",
        "since": asked.get("since", ""),
        "until": asked.get("until", ""),
    }
    base = {name: value for name, value in given.items() if value}
    context: dict[str, Any] = {
        "item": item,
        "figure": figure,
        "name": NAMES[figure][0],
        "meaning": NAMES[figure][1],
        "figures": [(code, NAMES[code][0]) for code in NAMES],
        "node": node,
        "nodes": every,
        "now": now,
        "rows": rows,
        "claims": claims,
        "claimed": sum(claim.units for claim in claims),
        "since": since,
        "until": until,
        "first": f"?{urlencode(base)}" if before else "",
        "more": f"?{urlencode(base | {'before': found[PAGE - 1].id})}" if len(found) > PAGE else "",
        "all_of_it": f"?{urlencode({k: v for k, v in base.items() if k not in ('since', 'until')})}",
    } | _chart_context(item_id, figure, node, drawn)
    return render(request, "console/oms/item_movements.html", context)


@allow(*SEE_FLOOR)
@require_GET
def item_history(request: DeskRequest, item_id: int) -> HttpResponse:
    """A figure's history alone, for the item's page."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        if item_id not in items(tenant_id, [item_id]):
            raise NotFound(kind="item", code=item_id, field="item_id")
        every = list(nodes(tenant_id).values())
        scope, figure, node = _scope(request, item_id, every)
        drawn = stock_chart.draw(
            tenant_id,
            scope,
            days=stock_chart.days_asked(request.GET.get("days", "")),
            now=clock.now(),
            zone=_zone(every, node),
            width=stock_chart.WIDE,
        )
    context = _chart_context(item_id, figure, node, drawn) | {
        "figure": figure,
        "name": NAMES[figure][0],
        "figures": [(code, NAMES[code][0]) for code in NAMES],
        "nodes": every,
        "node": node,
        "fragment": True,
    }
    return render(request, "console/stock_history.html", context)


def _scope(request: DeskRequest, item_id: int, every: list[Node]) -> tuple[Scope, str, Node | None]:
    """What is asked about; anything unknown is on hand over all nodes."""
    figure = request.GET.get("figure", "")
    figure = figure if figure in NAMES else "on_hand"
    node = next((each for each in every if each.code == request.GET.get("node")), None)
    return Scope("promise", FIGURES["promise"][figure], item_id=item_id, node_id=node.id if node else None), figure, node


def _zone(every: list[Node], node: Node | None) -> ZoneInfo:
    return ZoneInfo((node or every[0]).time_zone if every else "UTC")


def _chart_context(item_id: int, figure: str, node: Node | None, drawn: stock_chart.History) -> dict[str, Any]:
    page, part = reverse("console:item-movements", args=[item_id]), reverse("console:item-history", args=[item_id])
    code = node.code if node else ""

    def query(**change: Any) -> str:
        fields = {"figure": figure, "node": code, "days": drawn.days} | change
        return urlencode({name: value for name, value in fields.items() if value})

    zone = drawn.until.tzinfo
    return {
        "history": drawn,
        "zone": zone,
        "chart_page": page,
        "chart_part": part,
        "chart_figures": [(name, label, query(figure=name)) for name, (label, _meaning) in NAMES.items()],
        "chart_nodes": [("", _("All nodes"), query(node=""))],
        "chart_periods": [(days, query(days=days)) for days in stock_chart.PERIODS],
        "chart_spans": [
            (span, f"{page}?{query(days='', since=span.begins.isoformat(), until=span.ends.isoformat())}") for span in drawn.spans
        ],
    }


def _told(tenant_id: int, found: list[Traced]) -> list[Told]:
    """The movements with what caused them: an order, a release, a node's report, a rule of ours."""
    orders, releases = stock_queries.numbers_of(
        tenant_id,
        {move.cause_id for move in found if move.cause == "order"},
        {move.cause_id for move in found if move.cause == "release"},
    )
    told = []
    for move in found:
        if move.cause == "order" and move.cause_id in orders:
            told.append(Told(move, _("order"), orders[move.cause_id], reverse("console:order", args=[move.cause_id])))
        elif move.cause == "release" and move.cause_id in releases:
            order_id, number = releases[move.cause_id]
            told.append(Told(move, _("release"), number, reverse("console:order", args=[order_id])))
        elif move.cause == "inventory":
            told.append(Told(move, _("reported by the node"), move.node, ""))
        else:
            told.append(Told(move, move.cause.replace("_", " "), "", ""))
    return told
