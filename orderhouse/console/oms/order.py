"""One order: where each unit is, its parcels, what happened and why, what may be done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms.order_frame import frame
from orderhouse.console.oms.order_story import KINDS as STORY_KINDS
from orderhouse.console.oms.order_story import tell
from orderhouse.console.oms.order_tracking import tracking_page
from orderhouse.console.oms.order_units import STEP_OF, Standing, in_total
from orderhouse.console.oms.order_why import decision_rows
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.oms.orders.queries import Line, OrderDetail, Parcel, Shipment, order_detail

FIRST_LINES = 50
"""Lines shown before somebody asks for all."""


@allow(*SEE_ORDERS)
@require_GET
def order_page(request: DeskRequest, order_id: int) -> HttpResponse:
    """The order as it is now. ``at`` shows the lines with units at one step or of one kind, ``story`` one kind of event,
    ``lines=all`` every line."""
    order = order_detail(request.desk.tenant_id, order_id)
    context = frame(request, order)
    at, kind = request.GET.get("at", ""), request.GET.get("story", "")
    chosen = [line for line in order.lines if not at or _stands(context["by_line"][line.line_number], at)]
    shown = chosen if request.GET.get("lines") == "all" or at else chosen[:FIRST_LINES]
    told = tell(order.story, context["letters"])
    return living(
        request,
        "oms/order",
        context
        | {
            "tab": "order",
            "lines": [_line_row(line, context["by_line"][line.line_number]) for line in shown],
            "hidden_lines": len(chosen) - len(shown),
            "at": at,
            "shipments": [_shipment_row(order, shipment) for shipment in order.shipments],
            "told": [each for each in told if not kind or each.kind == kind],
            "story": kind,
            "story_kinds": [(code, label) for code, label in STORY_KINDS.items() if any(each.kind == code for each in told)],
            "decision": _chosen_by(order),
            "releases_query": urlencode([("number", release.number) for release in order.releases[-50:]]),
            "with_floor": apps.is_installed("orderhouse.wms"),
            "topics": ("orders", f"order:{order.id}"),
            "refresh": 3,
        },
    )


def _stands(found: list[Standing], at: str) -> bool:
    return any(each.kind == at or STEP_OF.get(each.kind) == at for each in found)


def _line_row(line: Line, found: list[Standing]) -> dict[str, Any]:
    return {
        "line": line,
        "pieces": drawing.track(in_total(found)),
        "found": _by_node(found),
        "value": line.unit_price * line.ordered,
    }


def _by_node(found: list[Standing]) -> list[Standing]:
    """The standings told once for each kind and node, whatever releases they belong to."""
    units: dict[tuple[str, str], int] = {}
    for each in found:
        units[each.kind, each.node] = units.get((each.kind, each.node), 0) + each.units
    return [Standing(kind, number, node) for (kind, node), number in units.items()]


def _shipment_row(order: OrderDetail, shipment: Shipment) -> dict[str, Any]:
    skus = {line.line_number: line for line in order.lines}
    return {
        "shipment": shipment,
        "parcels": [
            {
                "parcel": parcel,
                "tracking_page": tracking_page(shipment.carrier, parcel.tracking),
                "contents": [(content, skus.get(content.line_number)) for content in parcel.contents],
                "label": _document("parcel-label", parcel),
                "slip": _document("packing-slip", parcel),
            }
            for parcel in shipment.parcels
        ],
    }


def _document(name: str, parcel: Parcel) -> str:
    """The address of a parcel's document, by its SSCC; empty where no such document is made here."""
    try:
        return reverse(f"console:{name}", args=[parcel.sscc])
    except NoReverseMatch:
        return ""


def _chosen_by(order: OrderDetail) -> dict[str, Any] | None:
    """The latest decision in one line: the nodes it chose, what they cost, and how many others it weighed."""
    if not order.decisions:
        return None
    decision = order.decisions[-1]
    rows = decision_rows(decision)
    return {
        "at": decision.decided_at,
        "nodes": [row.node for row in rows if row.chosen],
        "cost": decision.explanation.get("cost"),
        "rule": decision.rule,
        "others": sum(not row.chosen for row in rows),
        "waits": decision.explanation.get("backordered", {}).get("units", 0),
    }
