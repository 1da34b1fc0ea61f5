"""Change where an order goes, how fast, and how many units of each line."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms.order_acts import REASON, read_form
from orderhouse.console.oms.order_answers import units
from orderhouse.console.oms.order_changes import consequences
from orderhouse.console.policies import allow
from orderhouse.contract.messages import Address
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.oms.desk.edit_order import OVER, EditOutcome, OrderChanges, edit_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.desk.recall_order import KIND as RECALL
from orderhouse.oms.desk.recall_order import recall_order
from orderhouse.oms.desk.rehearse import rehearse
from orderhouse.oms.orders.parse_order import parse_address
from orderhouse.oms.orders.queries import OrderDetail, order_detail
from orderhouse.oms.sourcing.store import NoTariff, tariffs_by_service

FIELDS = ("name", "company", "city", "region", "postal_code", "country", "phone", "email", "latitude", "longitude")
LIFTABLE = (RECALL, "address")
"""Holds a change may be what they waited for."""


@allow("order_desk")
@require_http_methods(["GET", "POST"])
def edit(request: DeskRequest, order_id: int) -> HttpResponse:
    """The order's terms as a form; every change is rehearsed and told before it is made."""
    tenant_id = request.desk.tenant_id
    order = order_detail(tenant_id, order_id)
    sent = request.POST if request.method == "POST" else None
    refusal: Refusal | None = None
    will: list[str] = []
    if sent is not None:
        try:
            if "preview" in sent:
                _outcome, after = rehearse(
                    tenant_id,
                    lambda: (_change(request.desk.by(), order, sent, rehearsed=True), order_detail(tenant_id, order_id)),
                )
                will = consequences(order, after)
            else:
                outcome = _change(request.desk.by(), order, sent)
                toasts.say(request, _said(outcome))
                return HttpResponseRedirect(reverse("console:order", args=[order_id]))
        except Refusal as said:
            refusal = said
    status = refusal.status if refusal is not None and sent is not None and "preview" not in sent else 200
    return render(request, "console/oms/order_edit.html", _context(tenant_id, order, sent, refusal, will), status=status)


@allow("order_desk")
@require_http_methods(["GET", "POST"])
def recall(request: DeskRequest, order_id: int) -> HttpResponse:
    """Ask what was released back, so that it can be changed; then the form again."""
    tenant_id = request.desk.tenant_id
    order = order_detail(tenant_id, order_id)
    reason = request.POST.get("reason", "").strip() or _("the customer asked for a change")
    try:
        if request.method == "POST":
            outcome = recall_order(by=request.desk.by(), order_id=order_id, reason=reason)
            left = sum(line.released for line in order_detail(tenant_id, order_id).lines)
            text = _("Asked back: %(releases)s.") % {"releases": ", ".join(outcome.recalled) or _("nothing")}
            if left:
                text += " " + _("%(units)s come back when the floor has put them back.") % {"units": units(left)}
            toasts.say(request, text)
            return HttpResponseRedirect(reverse("console:edit-order", args=[order_id]))
        _outcome, after = rehearse(
            tenant_id,
            lambda: (recall_order(by=request.desk.by(), order_id=order_id, reason=reason), order_detail(tenant_id, order_id)),
        )
        will, refusal = consequences(order, after, recalled=_outcome.recalled), None
    except Refusal as said:
        will, refusal = [], said
    return render(request, "console/oms/order_recall.html", {"order": order, "will": will, "refusal": refusal})


def _change(by: By, order: OrderDetail, sent: QueryDict, *, rehearsed: bool = False) -> EditOutcome:
    reason = sent.get("reason", "").strip() or (REASON if rehearsed else "")
    with unit_of_work(by.tenant_id):
        outcome = edit_order(by=by, order_id=order.id, changes=_changes(order, sent), reason=reason)
        kinds = [kind for kind in sent.getlist("lift") if kind in LIFTABLE]
        if kinds:
            lift_hold(by=by, order_id=order.id, kinds=kinds, reason=reason, release=True)
    return outcome


def _changes(order: OrderDetail, sent: QueryDict) -> OrderChanges:
    """What the form says; fields it does not name (a closed fieldset) stay."""
    address: Address | None = None
    if "name" in sent:
        raw: dict[str, Any] = {name: sent.get(name, "").strip() for name in FIELDS}
        for name in ("latitude", "longitude"):
            try:
                raw[name] = float(raw[name]) if raw[name] else None
            except ValueError:
                raise InvalidInput(
                    field=name, reason=f"{raw[name]!r} is no number of degrees", remedy="Leave both empty."
                ) from None
        raw["lines"] = [line.strip() for line in sent.get("lines", "").splitlines() if line.strip()]
        parsed = parse_address({name: value for name, value in raw.items() if value not in ("", None, [])})
        if isinstance(parsed, list):
            first = parsed[0]
            raise InvalidInput(field=first.field.removeprefix("ship_to."), reason=first.reason, remedy=first.remedy)
        address = parsed
    wanted = read_form(sent).lines or {}
    now = {line.line_number: line.ordered - line.cancelled for line in order.lines}
    changed = {number: count for number, count in wanted.items() if count != now.get(number)}
    return OrderChanges(address, sent.get("service") or None, changed)


def _said(outcome: EditOutcome) -> str:
    text = _("The order is changed.")
    if outcome.sourced_again:
        text += " " + _("It was sourced and promised anew.")
    if outcome.waiting:
        text += " " + _("%(units)s wait for stock.") % {"units": units(outcome.waiting)}
    return text


def _context(
    tenant_id: int, order: OrderDetail, sent: QueryDict | None, refusal: Refusal | None, will: list[str]
) -> dict[str, Any]:
    released = sum(line.released for line in order.lines)
    kept = order.ship_to
    typed = {name: (sent.get(name, "") if sent is not None and name in sent else kept.get(name) or "") for name in FIELDS}
    lines = sent.get("lines", "") if sent is not None and "lines" in sent else "\n".join(kept.get("lines", ()))
    try:
        with unit_of_work(tenant_id):
            services = sorted(tariffs_by_service(tenant_id))
    except NoTariff:
        services = []
    quantities = []
    for line in order.lines:
        now = line.ordered - line.cancelled
        name = f"line-{line.line_number}"
        value = sent.get(name, str(now)) if sent is not None else str(now)
        quantities.append((line, name, value, now - line.backordered - line.reserved))
    return {
        "order": order,
        "typed": typed,
        "address_lines": lines,
        "service": (sent.get("service") if sent is not None else None) or order.service,
        "services": services if order.service in services else [order.service, *services],
        "quantities": quantities,
        "released": released,
        "back": [hold for hold in order.holds if hold.lifted_at is None and hold.kind in LIFTABLE],
        "over": order.state in OVER,
        "reason": sent.get("reason", "") if sent is not None else "",
        "refusal": refusal,
        "will": will,
        "previewed": sent is not None and "preview" in sent and refusal is None,
    }
