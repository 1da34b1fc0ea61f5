"""Invalid orders: what came, each reason at its field, and the way back in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms.mending import mend, sheet
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.oms.channels.queries import channels
from orderhouse.oms.orders.countries import COUNTRIES
from orderhouse.oms.orders.discard_invalid_order import discard_invalid_order
from orderhouse.oms.orders.parse_order import parse_order
from orderhouse.oms.orders.queries import InvalidOrder, invalid_count, invalid_order, invalid_orders
from orderhouse.oms.orders.replay_invalid_order import OrderStillInvalid, replay_invalid_order

STATES = ("open", "replayed", "discarded")


@allow(*SEE_ORDERS)
@require_GET
def invalid_list(request: DeskRequest) -> HttpResponse:
    """Open ones first; settled ones stay to be looked at."""
    tenant_id = request.desk.tenant_id
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    counts = [(each, invalid_count(tenant_id, each)) for each in STATES]
    rows = [(invalid, _customer(invalid.payload)) for invalid in invalid_orders(tenant_id, state=state)]
    context = {
        "rows": rows,
        "state": state,
        "states": counts,
        "may_act": request.desk.may("order_desk"),
        "topics": ("orders",),
        "refresh": 5,
    }
    return living(request, "oms/invalid", context)


def _customer(payload: Any) -> str:
    ship_to = payload.get("ship_to") if isinstance(payload, Mapping) else None
    name = ship_to.get("name") if isinstance(ship_to, Mapping) else None
    return name if isinstance(name, str) else ""


@allow(*SEE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def invalid_page(request: DeskRequest, invalid_id: int) -> HttpResponse:
    """One of them as a form; posting it mends and replays it. What is refused again comes back as it was typed."""
    invalid = invalid_order(request.desk.tenant_id, invalid_id)
    if request.method != "POST":
        return _form(request, invalid, invalid.payload, invalid.reasons)
    if not request.desk.may("order_desk"):
        raise InvalidInput(field="order", reason="only the order desk corrects invalid orders")
    payload: Any = mend(invalid.payload if isinstance(invalid.payload, Mapping) else {}, request.POST.dict())
    return _replay(request, invalid, payload)


@allow("order_desk")
@require_POST
def replay(request: DeskRequest, invalid_id: int) -> HttpResponse:
    """Place it again: as it came, or with the JSON an engineer mended."""
    invalid = invalid_order(request.desk.tenant_id, invalid_id)
    text = request.POST.get("payload", "").strip()
    try:
        payload = orjson.loads(text) if text else invalid.payload
    except orjson.JSONDecodeError as error:
        reason = {"field": "", "reason": f"this is no JSON: {error}", "remedy": "Mend it and replay again."}
        return _form(request, invalid, invalid.payload, [reason, *invalid.reasons], raw=text, status=422)
    return _replay(request, invalid, payload)


def _replay(request: DeskRequest, invalid: InvalidOrder, payload: Any) -> HttpResponse:
    try:
        placed = replay_invalid_order(by=request.desk.by(), invalid_id=invalid.id, payload=payload)
    except OrderStillInvalid as refusal:
        return _form(request, invalid, payload, refusal.facts["problems"], typed=True, status=refusal.status)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(reverse("console:invalid-orders"))
    said = _("Placed as %(number)s.") if placed.outcome == "placed" else _("It is order %(number)s already.")
    toasts.say(request, said % {"number": placed.number})
    return HttpResponseRedirect(reverse("console:order", args=[placed.order_id]))


def _form(
    request: DeskRequest,
    invalid: InvalidOrder,
    payload: Any,
    reasons: Sequence[Mapping[str, str]],
    *,
    raw: str = "",
    typed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "invalid": invalid,
        "sheet": sheet(payload, reasons) if isinstance(payload, Mapping) else None,
        "reasons": reasons,
        "raw": raw or orjson.dumps(payload, option=orjson.OPT_INDENT_2).decode(),
        "typed": typed,
        "channels": [channel for channel in channels(request.desk.tenant_id).values() if channel.active],
        "countries": sorted(COUNTRIES),
        "may_act": request.desk.may("order_desk") and invalid.state == "open",
        "well_formed": not isinstance(parse_order(payload), list),
    }
    return render(request, "console/oms/invalid_one.html", context, status=status)


@allow("order_desk")
@require_POST
def discard(request: DeskRequest, invalid_id: int) -> HttpResponse:
    """Give it up, with a reason."""
    try:
        discard_invalid_order(by=request.desk.by(), invalid_id=invalid_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    else:
        toasts.say(request, _("Discarded; it stays listed with your reason."))
    return HttpResponseRedirect(reverse("console:invalid-orders"))
