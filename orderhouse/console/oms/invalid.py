"""Invalid orders: what came, everything wrong with it, and the way back in."""

from __future__ import annotations

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.oms.orders.discard_invalid_order import discard_invalid_order
from orderhouse.oms.orders.queries import invalid_orders
from orderhouse.oms.orders.replay_invalid_order import replay_invalid_order

STATES = ("open", "replayed", "discarded")


@allow(*SEE_ORDERS)
@require_GET
def invalid_list(request: DeskRequest) -> HttpResponse:
    """Open ones first; settled ones stay to be looked at."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    rows = [
        (invalid, orjson.dumps(invalid.payload, option=orjson.OPT_INDENT_2).decode())
        for invalid in invalid_orders(request.desk.tenant_id, state=state)
    ]
    context = {"rows": rows, "state": state, "states": STATES, "may_act": request.desk.may("order_desk"), "refresh": None}
    return living(request, "oms/invalid", context)


@allow("order_desk")
@require_POST
def replay(request: DeskRequest, invalid_id: int) -> HttpResponse:
    """Place it again: as it came, or with the JSON that was mended in the form."""
    text = request.POST.get("payload", "").strip()
    try:
        payload = orjson.loads(text) if text else None
    except orjson.JSONDecodeError as error:
        raise InvalidInput(field="payload", reason=f"is no JSON: {error}", remedy="Mend it and replay again.") from None
    try:
        placed = replay_invalid_order(by=request.desk.by(), invalid_id=invalid_id, payload=payload)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
        return HttpResponseRedirect(reverse("console:invalid-orders"))
    messages.success(request, f"Placed as {placed.number}.")
    return HttpResponseRedirect(reverse("console:order", args=[placed.order_id]))


@allow("order_desk")
@require_POST
def discard(request: DeskRequest, invalid_id: int) -> HttpResponse:
    """Give it up, with a reason."""
    try:
        discard_invalid_order(by=request.desk.by(), invalid_id=invalid_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
    else:
        messages.success(request, "Discarded; it stays listed with your reason.")
    return HttpResponseRedirect(reverse("console:invalid-orders"))
