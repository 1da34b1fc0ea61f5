"""Place an order by hand: what somebody orders by phone or letter, with what it would cost and when it would come."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.catalog.queries import owners
from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms.mending import ADDRESS, CUSTOMER, mend
from orderhouse.console.oms.queries import FoundItem, find_items
from orderhouse.console.policies import allow
from orderhouse.database import savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.channels.queries import Channel, channel_by_code, channels
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.rehearse import rehearse
from orderhouse.oms.freight.queries import tariffs
from orderhouse.oms.orders.countries import COUNTRIES
from orderhouse.oms.orders.place_orders import Placed
from orderhouse.oms.orders.queries import OrderDetail, order_detail

DESK = "DESK"
"""The channel of orders placed here, defined with the first of them where the business has no manual channel."""
FIRST_LINES, MOST_LINES = 3, 200
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LINE = re.compile(r"lines\[(\d{1,3})\]\.sku")


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of the order: ``detail`` as it would stand, ``cost`` to ship in minor units, who ships what."""

    detail: OrderDetail
    cost: int | None
    shipments: list[dict[str, Any]]
    waiting: int


@allow("order_desk")
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: DeskRequest) -> HttpResponse:
    """The form, and what it sends; sent twice it is one order, for the form carries the order's id."""
    if request.method != "POST":
        return _form(request, {"key": new_key(request.desk.by().at)}, {})
    by = request.desk.by()
    payload = _payload(request, by)
    try:
        with unit_of_work(by.tenant_id):
            _open_channel(by, payload["channel"])
            (placed,) = placed_or_told(by, payload)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return _form(request, request.POST, {}, status=refusal.status)
    if placed.outcome == "invalid":
        return _form(request, request.POST, _faults(placed), status=422)
    if placed.outcome == "duplicate" and placed.note:
        typed = {**request.POST.dict(), "key": new_key(by.at)}
        toasts.say(
            request,
            _("This form placed %(number)s already, with other contents; look at it before you place another.")
            % {"number": placed.number},
            tone="warning",
        )
        return _form(request, typed, {}, status=409)
    if placed.outcome == "placed":
        toasts.say(request, _("Order %(number)s is placed.") % {"number": placed.number})
    return HttpResponseRedirect(reverse("console:order", args=[placed.order_id]))


class _Wrong(Exception):
    """Takes back what was kept of a submission that is wrong."""


def placed_or_told(by: By, payload: Mapping[str, Any]) -> list[Placed]:
    """Place it, unless it is wrong: what a person mistypes in a form is told them there and not kept as an invalid order."""
    answers: list[Placed] = []
    try:
        with savepoint():
            answers = capture_orders(by=by, submissions=[payload], source="console")
            if answers[0].outcome == "invalid":
                raise _Wrong
    except _Wrong:
        pass
    return answers


@allow("order_desk")
@require_POST
def check(request: DeskRequest) -> HttpResponse:
    """When and from where it could ship, and what that costs: placed and sourced for once, and taken back."""
    by = request.desk.by()
    payload = _payload(request, by)
    payload["lines"] = [line for line in payload["lines"] if line.get("sku") and line.get("quantity")]
    if not payload["lines"]:
        return render(request, "console/oms/place_order_plan.html", {"empty": True})
    payload["ship_to"] = {"name": "–", **payload.get("ship_to", {})}  # the name is asked for when it is placed
    if not payload["ship_to"].get("country"):
        return render(request, "console/oms/place_order_plan.html", {"empty": True})
    payload["channel_order_id"] = f"{payload['channel_order_id'][:100]}~"

    def play() -> tuple[Placed, Plan | None]:
        _open_channel(by, payload["channel"])
        (placed,) = capture_orders(by=by, submissions=[payload], source="console")
        return placed, _plan(by.tenant_id, placed) if placed.order_id else None

    try:
        placed, plan = rehearse(by.tenant_id, play)
    except Refusal as refusal:
        return render(request, "console/oms/place_order_plan.html", {"refusal": refusal})
    reasons = [problem.as_dict() for problem in placed.reasons]
    return render(request, "console/oms/place_order_plan.html", {"plan": plan, "reasons": reasons})


def _plan(tenant_id: int, placed: Placed) -> Plan:
    detail = order_detail(tenant_id, placed.order_id or 0)
    told = detail.decisions[-1].explanation if detail.decisions else {}
    shipments = list(told.get("shipments", ()))
    return Plan(detail, told.get("cost") if shipments else None, shipments, sum(line.backordered for line in detail.lines))


@allow("order_desk")
@require_GET
def find(request: DeskRequest) -> JsonResponse:
    """Items by SKU, name or barcode, with what may be promised of each now, for whoever types."""
    code = request.GET.get("channel", "")
    channel = next((c for c in channels(request.desk.tenant_id).values() if c.code == code), None)
    found: list[FoundItem] = find_items(request.desk.tenant_id, request.GET.get("q", ""), channel.id if channel else None)
    return JsonResponse({"items": [_told(item) for item in found]})


def _told(item: FoundItem) -> dict[str, Any]:
    said = _("%(units)s free") % {"units": f"{item.free:,}"} if item.free > 0 else _("none free")
    return {"sku": item.sku, "name": item.name, "free": item.free, "said": said, "pack": item.barcode_units}


def new_key(at: datetime) -> str:
    """An order id of the desk: the day, and five letters nobody mistakes for each other (33 million a day)."""
    return f"{at:%y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"


def _payload(request: DeskRequest, by: By) -> dict[str, Any]:
    """What was typed, as a submission. Blank lines are left out; a line's errors are told by its place among the others."""
    typed = request.POST.dict()
    places = sorted({int(m[1]) for name in typed if (m := _LINE.fullmatch(name))})[:MOST_LINES]
    rows = mend({"lines": [{} for _ in range((places or [0])[-1] + 1)]}, typed)
    lines = [line for line in rows.get("lines", ()) if line]
    channel = typed.get("channel") or DESK
    known = next((c for c in _choices(by.tenant_id) if c.code == channel), None)
    payload: dict[str, Any] = {
        "channel": channel,
        "channel_order_id": (typed.get("key") or "").strip() or new_key(by.at),
        "placed_at": by.at.isoformat(),
        "currency": known.currency if known else "EUR",
        "lines": lines,
    }
    for part in ("ship_to", "customer"):
        if rows.get(part):
            payload[part] = rows[part]
    if typed.get("service"):
        payload["service"] = typed["service"]
    if typed.get("hold"):
        payload["holds"] = ["payment"]
    return payload


def _choices(tenant_id: int) -> list[Channel]:
    """The channels an order may be placed by hand in: the manual ones first; the desk's own even before it exists."""
    known = [channel for channel in channels(tenant_id).values() if channel.active]
    manual = [channel for channel in known if channel.kind == "manual"]
    if not manual and known:
        like = known[0]
        manual = [
            Channel(
                0,
                DESK,
                _("Order desk"),
                "manual",
                like.owner_id,
                like.currency,
                50,
                "backorder",
                True,
                0,
                100,
                like.service,
                True,
            )
        ]
    return [*manual, *(channel for channel in known if channel.kind != "manual")]


def _open_channel(by: By, code: str) -> None:
    """Define the desk's own channel where it is the one chosen and does not exist yet."""
    if code != DESK:
        return
    try:
        channel_by_code(by.tenant_id, DESK)
    except NotFound:
        like = next((c for c in _choices(by.tenant_id) if c.code == DESK), None)
        if like is None:
            raise NotFound(kind="channel to place orders in", code="", field="channel") from None
        owner = owners(by.tenant_id)[like.owner_id].code
        definition = ChannelDefinition(DESK, "Order desk", "manual", owner, like.currency, service=like.service)
        define_channels(by=by, channels=[definition])


def _faults(placed: Placed) -> dict[str, list[dict[str, str]]]:
    faults: dict[str, list[dict[str, str]]] = {}
    for problem in placed.reasons:
        faults.setdefault(problem.field, []).append(problem.as_dict())
    return faults


def _form(
    request: DeskRequest, typed: Mapping[str, Any], faults: dict[str, list[dict[str, str]]], *, status: int = 200
) -> HttpResponse:
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        services = sorted({service for tariff in tariffs(tenant_id) if tariff.active for service, _zone in tariff.tariff.rates})
        choices = _choices(tenant_id)
    places = sorted({int(m[1]) for name in typed if (m := _LINE.fullmatch(name))})
    filled = [
        n for n in places if any(str(typed.get(f"lines[{n}].{part}", "")).strip() for part in ("sku", "quantity", "unit_price"))
    ]
    rows = []
    for n in range(max(FIRST_LINES, len(filled) + 1)):
        place_of = filled[n] if n < len(filled) else None
        cells = {
            part: typed.get(f"lines[{place_of}].{part}", "") if place_of is not None else ""
            for part in ("sku", "quantity", "unit_price")
        }
        told = {part: faults.pop(f"lines[{n}].{part}", []) for part in cells}
        rows.append({"n": n, "cells": cells, "faults": told})
    fields = {}
    for part, names in (("ship_to", ADDRESS), ("customer", CUSTOMER)):
        for name in names:
            path = f"{part}.{name}"
            fields[f"{part}_{name}"] = {"path": path, "text": typed.get(path, ""), "faults": faults.pop(path, [])}
    context = {
        "key": typed.get("key", ""),
        "fields": fields,
        "rows": rows,
        "choices": choices,
        "channel": typed.get("channel") or (choices[0].code if choices else ""),
        "services": services,
        "service": typed.get("service", ""),
        "hold": bool(typed.get("hold")),
        "countries": sorted(COUNTRIES),
        "faults": [fault for several in faults.values() for fault in several],
        "wrong": status == 422,
        "may_act": True,
    }
    return render(request, "console/oms/place_order.html", context, status=status)
