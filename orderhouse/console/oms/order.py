"""One order: where each unit is, why it ships from there, what happened, what may be done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.console.sentences import count
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.orders.queries import Line, OrderDetail, order_detail

PARTS = ("freight", "handling", "split", "lateness", "scarcity")


@allow(*SEE_ORDERS)
@require_GET
def order_page(request: DeskRequest, order_id: int) -> HttpResponse:
    """Lines as bars of units, parcels, the story, and the decision behind the nodes."""
    order = order_detail(request.desk.tenant_id, order_id)
    return living(
        request,
        "oms/order",
        {
            "order": order,
            "lines": [(line, drawing.track(_units(line)), _places(order, line)) for line in order.lines],
            "decision": _decision(order),
            "story": list(reversed(order.story)),
            "actions": {action.name: action for action in order.actions},
            "why_nots": _why_nots(order),
            "may_act": request.desk.may("order_desk"),
            "releases_query": urlencode([("number", release.number) for release in order.releases]),
            "with_floor": apps.is_installed("orderhouse.wms"),
            "refresh": 3,
        },
    )


def _why_nots(order: OrderDetail) -> list[str]:
    """Why some acts are closed, each reason once with the acts it closes."""
    reasons: dict[str, list[str]] = {}
    for action in order.actions:
        if not action.allowed and action.name in ("hold", "lift_holds", "cancel"):
            reasons.setdefault(action.why_not, []).append(action.name.replace("_", " "))
    return [f"No {' or '.join(names)}: {why}." for why, names in reasons.items()]


def _units(line: Line) -> dict[str, int]:
    return {
        "shipped": line.shipped,
        "released": line.released,
        "reserved": line.reserved,
        "backordered": line.backordered,
        "cancelled": line.cancelled,
    }


def _places(order: OrderDetail, line: Line) -> list[str]:
    """The nodes this line ships from: what is reserved there, and what was released to them."""
    nodes = {reservation.node for reservation in line.reservations if reservation.quantity}
    for release in order.releases:
        for released in release.lines:
            if released.line_number == line.line_number and released.quantity > released.shorted + released.cancelled:
                nodes.add(release.node)
    return sorted(nodes)


def _decision(order: OrderDetail) -> dict[str, Any] | None:
    """The latest decision that chose a node, with its candidates marked."""
    for decision in reversed(order.decisions):
        told = decision.explanation
        chosen = {shipment["node"] for shipment in told.get("shipments", ())}
        candidates = [{**candidate, "chosen": candidate["node"] in chosen} for candidate in told.get("candidates", ())]
        parts = [(name, told.get("parts", {}).get(name)) for name in PARTS if told.get("parts", {}).get(name)]
        return {"at": decision.decided_at, **told, "rule": decision.rule, "candidates": candidates, "cost_parts": parts}
    return None


@allow("order_desk")
@require_POST
def hold(request: DeskRequest, order_id: int) -> HttpResponse:
    """Hold the order for a reason."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why the order waits.")
    return _done(
        request, order_id, lambda: hold_order(by=request.desk.by(), order_id=order_id, reason=reason), "The order is held."
    )


@allow("order_desk")
@require_POST
def lift(request: DeskRequest, order_id: int) -> HttpResponse:
    """Lift every hold and release what is reserved."""
    return _done(
        request,
        order_id,
        lambda: lift_hold(by=request.desk.by(), order_id=order_id, reason="lifted at the desk", release=True),
        "The holds are lifted.",
    )


@allow("order_desk")
@require_POST
def cancel(request: DeskRequest, order_id: int) -> HttpResponse:
    """Cancel what can be cancelled; what a node holds is asked back."""
    reason = request.POST.get("reason", "").strip() or "cancelled at the desk"
    try:
        outcome = cancel_order(by=request.desk.by(), order_id=order_id, reason=reason)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
    else:
        said = f"Cancelled {count(outcome.cancelled_now, 'unit')} now"
        wanted = outcome.wanted_back
        messages.success(request, f"{said}, asked the floor for {count(wanted, 'unit')}." if wanted else f"{said}.")
    return HttpResponseRedirect(reverse("console:order", args=[order_id]))


def _done(request: DeskRequest, order_id: int, verb: Any, said: str) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("console:order", args=[order_id]))
