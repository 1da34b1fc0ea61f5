"""Actions on many orders: first shown, then done to exactly what was shown."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms import queue
from orderhouse.console.oms.consequences import Consequence, consequence
from orderhouse.console.oms.filters import read_filter
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.desk.acts import ACTS
from orderhouse.oms.desk.apply_bulk import apply_bulk
from orderhouse.oms.desk.bulk_actions import Bulk, bulk_action, bulk_orders, order_ids_done
from orderhouse.oms.desk.prepare_bulk import MOST, prepare_bulk
from orderhouse.oms.desk.rehearse_bulk import rehearse_bulk

AT_ONCE = 1.2
"""Seconds of work before the page is answered with how far it is."""
SHOWN = 300

TITLES = {
    "release": gettext_lazy("Release"),
    "recall": gettext_lazy("Recall"),
    "hold": gettext_lazy("Hold"),
    "lift": gettext_lazy("Lift the holds of"),
    "cancel": gettext_lazy("Cancel"),
    "source_again": gettext_lazy("Source again"),
}
ICONS = {"release": "arrow-right", "recall": "arrow-back-up", "hold": "hand-stop", "lift": "player-play", "cancel": "ban"}
BACK = {"hold": "lift", "lift": "hold", "release": "recall"}
"""How an action is taken back; what is cancelled stays cancelled."""


@allow("order_desk")
@require_POST
def begin(request: DeskRequest) -> HttpResponse:
    """Rehearse an action on the ticked orders, or on all that match the filter, and show it."""
    form = request.POST
    try:
        if form.get("undo"):
            bulk_id = _undo(request, int(form["undo"]) if form["undo"].isdecimal() else 0)
        else:
            ids = _chosen(request)
            arguments = {"kind": form.get("kind") or "manual", "release": True}
            bulk_id = prepare_bulk(by=request.desk.by(), verb=form.get("verb", ""), arguments=arguments, order_ids=ids)
        _work(request.desk.by(), bulk_id, rehearse_bulk, lambda bulk: bulk.rehearsed == bulk.total)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(reverse("console:orders") + f"?{read_filter(QueryDict(form.get('query', ''))).query}")
    return HttpResponseRedirect(reverse("console:bulk-action", args=[bulk_id]))


def _chosen(request: DeskRequest) -> list[int]:
    if request.POST.get("all") == "yes":
        at = queue.moment(request.desk.tenant_id, clock.now())
        return queue.matching(at, read_filter(QueryDict(request.POST.get("query", ""))), MOST + 1)
    return [int(text) for text in request.POST.getlist("order") if text.isdecimal() and len(text) < 20]


def _undo(request: DeskRequest, bulk_id: int) -> int:
    """Prepare the way back of an action for the orders it was done to."""
    desk = request.desk
    done = bulk_action(desk.tenant_id, bulk_id)
    arguments: dict[str, Any] = {"reason": _("taken back")}
    if done.verb == "hold":
        arguments |= {"kinds": [done.arguments["kind"]], "release": False}
    if done.verb == "lift":
        arguments["kind"] = (done.arguments.get("kinds") or ["manual"])[0]
    return prepare_bulk(
        by=desk.by(),
        verb=BACK.get(done.verb, ""),
        arguments=arguments,
        order_ids=order_ids_done(desk.tenant_id, bulk_id),
        undoes=bulk_id,
    )


@allow(*SEE_ORDERS)
@require_GET
def show(request: DeskRequest, bulk_id: int) -> HttpResponse:
    """What the action would do, or did, to each order."""
    return _page(request, bulk_action(request.desk.tenant_id, bulk_id))


@allow("order_desk")
@require_POST
def go_on(request: DeskRequest, bulk_id: int) -> HttpResponse:
    """The next orders of a rehearsal or an action that takes longer than a moment."""
    bulk = bulk_action(request.desk.tenant_id, bulk_id)
    if bulk.started_at:
        bulk = _work(request.desk.by(), bulk_id, apply_bulk, lambda now: now.finished_at is not None)
    else:
        bulk = _work(request.desk.by(), bulk_id, rehearse_bulk, lambda now: now.rehearsed == now.total)
    if request.headers.get("HX-Request"):
        finished = bulk.finished_at or (not bulk.started_at and bulk.rehearsed == bulk.total)
        if finished:
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("console:bulk-action", args=[bulk_id])})
        return render(request, "console/oms/bulk_progress.html", {"bulk": bulk, "may_act": True})
    return HttpResponseRedirect(reverse("console:bulk-action", args=[bulk_id]))


@allow("order_desk")
@require_POST
def do(request: DeskRequest, bulk_id: int) -> HttpResponse:
    """Do it, to exactly the orders that were shown."""
    arguments = {name: request.POST[name] for name in ("reason",) if request.POST.get(name, "").strip()}
    by = request.desk.by()
    try:
        bulk = apply_bulk(by=by, bulk_id=bulk_id, arguments=arguments)
        bulk = _work(by, bulk_id, apply_bulk, lambda now: now.finished_at is not None)
    except Refusal as refusal:
        return _page(request, bulk_action(by.tenant_id, bulk_id), refusal=refusal, reason=request.POST.get("reason", ""))
    if bulk.finished_at:
        toasts.say(
            request,
            ngettext("%(n)s of %(of)s order is done.", "%(n)s of %(of)s orders are done.", bulk.allowed)
            % {"n": f"{bulk.done:,}", "of": f"{bulk.allowed:,}"},
            undo=_back(bulk),
        )
    return HttpResponseRedirect(reverse("console:bulk-action", args=[bulk_id]))


def _back(bulk: Bulk) -> tuple[str, dict[str, Any]] | None:
    return (reverse("console:bulk"), {"undo": bulk.id}) if bulk.verb in BACK and bulk.done else None


def _work(by: By, bulk_id: int, step: Callable[..., Bulk], over: Callable[[Bulk], bool]) -> Bulk:
    """Batch after batch until it is over or the moment is."""
    until = time.monotonic() + AT_ONCE
    bulk = step(by=by, bulk_id=bulk_id)
    while not over(bulk) and time.monotonic() < until:
        bulk = step(by=by, bulk_id=bulk_id)
    return bulk


def _page(request: DeskRequest, bulk: Bulk, *, refusal: Refusal | None = None, reason: str = "") -> HttpResponse:
    orders = bulk_orders(request.desk.tenant_id, bulk.id, limit=MOST)
    rows: list[tuple[Any, Consequence | None]] = []
    allowed: list[Consequence] = []
    for order in orders:
        after = order.done if order.outcome == "done" else order.foreseen
        told = consequence(bulk.verb, order.seen, after) if order.seen and after and order.outcome != "changed" else None
        rows.append((order, told))
        if told:
            allowed.append(told)
    money: dict[str, Decimal] = defaultdict(Decimal)
    for each in allowed:
        money[each.currency] += each.money
    costs = [each.cost for each in allowed if each.cost]
    context = {
        "bulk": bulk,
        "title": TITLES[bulk.verb],
        "icon": ICONS.get(bulk.verb, "refresh"),
        "rows": sorted(rows, key=lambda row: row[1] is None)[:SHOWN],
        "why_nots": Counter(order.why_not for order, told in rows if told is None and order.why_not).most_common(6),
        "more": max(0, len(rows) - SHOWN),
        "refused": bulk.rehearsed - bulk.allowed,
        "asked_back": sum(each.asked_back for each in allowed),
        "freed": sum(each.freed for each in allowed),
        "waiting": sum(each.waiting for each in allowed),
        "money": sorted((currency, amount) for currency, amount in money.items() if amount),
        "cost": (sum(c[0] for c in costs), sum(c[1] for c in costs)) if costs else None,
        "needs_reason": ACTS[bulk.verb].needs_reason,
        "working": bulk.rehearsed < bulk.total or (bulk.started_at and not bulk.finished_at),
        "ready": bulk.rehearsed == bulk.total and not bulk.started_at and bulk.allowed,
        "back": _back(bulk) if bulk.finished_at else None,
        "may_act": request.desk.may("order_desk"),
        "refusal": refusal,
        "reason": reason or bulk.arguments.get("reason", ""),
    }
    return render(request, "console/oms/bulk.html", context, status=refusal.status if refusal else 200)
