"""Counts: what is to be counted, what differed, what the manager says to it; and the short picks that made somebody ask."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.catalog.queries import Node
from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import asked
from orderhouse.console.wms import count_queries as queries
from orderhouse.console.wms.board_queries import badges, node_of_page, work_waiting
from orderhouse.console.wms.exceptions import back_to
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.assign_counts import assign_counts
from orderhouse.wms.counting.recount import recount
from orderhouse.wms.counting.request_counts import request_counts

TABS = ("ready", "variances", "done")
MOST_AT_ONCE = 200


def _node(tenant_id: int, code: str) -> tuple[list[Node], Node]:
    every, node = node_of_page(tenant_id, code)
    if node is None:
        raise NotFound(kind="node", code=code or "any", field="node")
    return every, node


@allow(*SEE_FLOOR)
@require_GET
def count_list(request: DeskRequest) -> HttpResponse:
    """Counts of a node: to make, to judge, done."""
    tenant_id, query = request.desk.tenant_id, request.GET
    with unit_of_work(tenant_id):
        every, node = _node(tenant_id, query.get("node", ""))
        waiting = work_waiting(tenant_id, node.id).counts
        tab = (asked.among([query.get("tab", "")], TABS) or ["variances" if waiting.get("counted") else "ready"])[0]
        rows = (
            queries.counts_done(tenant_id, node.id)
            if tab == "done"
            else queries.counts_open(tenant_id, node.id, "counted" if tab == "variances" else "ready")
        )
        people = badges(tenant_id)
    context = {
        "nodes": every,
        "node": node,
        "tab": tab,
        "to_make": waiting.get("ready", 0),
        "to_judge": waiting.get("counted", 0),
        "rows": rows,
        "totals": _totals(rows),
        "badges": people,
        "may_act": request.desk.may("warehouse_manager"),
        "back": request.get_full_path(),
        "topics": (f"floor:{node.code}",),
        "refresh": None if tab == "done" else 5,
    }
    return living(request, "wms/counts", context)


def _totals(rows: list[queries.Count]) -> dict[str, Any]:
    """Units too many and too few, and what the difference is worth by currency."""
    worth: dict[str, Decimal] = {}
    for row in rows:
        if row.value is not None:
            worth[row.currency] = worth.get(row.currency, Decimal(0)) + row.value
    over = sum(max(row.difference, 0) for row in rows)
    under = sum(max(-row.difference, 0) for row in rows)
    return {"over": over, "under": under, "net": over - under, "worth": sorted(worth.items())}


@allow(*SEE_FLOOR)
@require_GET
def count_page(request: DeskRequest, task_id: int) -> HttpResponse:
    """One count with the history of its bin."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        found = queries.counts_by_id(tenant_id, [task_id])
        if not found:
            raise NotFound(kind="count", code=task_id, field="task_id")
        history = queries.counts_of_place(tenant_id, found[0].location_id, besides=task_id)
    context = {
        "each": found[0],
        "history": history,
        "may_act": request.desk.may("warehouse_manager"),
        "topics": (f"floor:{found[0].node}",),
        "refresh": 5 if found[0].state in ("ready", "counted") else None,
    }
    return living(request, "wms/count", context)


@allow("warehouse_manager")
@require_POST
def act_on_counts(request: DeskRequest) -> HttpResponse:
    """Approve, recount or assign the counts chosen. Approving and recounting are shown first, with what they will do."""
    chosen, act = asked.ids(request.POST.getlist("task")), request.POST.get("act", "")
    to = back_to(request, asked.address("counts"))
    if not chosen:
        toasts.say(request, _("Nothing was chosen: tick the counts first."), tone="warning")
        return HttpResponseRedirect(to)
    try:
        if act == "assign":
            badge = request.POST.get("badge", "")
            given = assign_counts(by=request.desk.by(), task_ids=chosen, badge=badge)
            said = ngettext("%(count)d count is for %(badge)s.", "%(count)d counts are for %(badge)s.", given)
            toasts.say(request, said % {"count": given, "badge": badge or _("anybody")})
        elif act in ("approve", "recount"):
            if not request.POST.get("sure"):
                return _preview(request, act, chosen, to)
            toasts.say(request, _done(request, act, chosen))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(to)


def _preview(request: DeskRequest, act: str, chosen: list[int], to: str) -> HttpResponse:
    rows = queries.counts_by_id(request.desk.tenant_id, chosen)
    possible = [row for row in rows if row.state == "counted"]
    context = {"act": act, "rows": possible, "left_out": len(chosen) - len(possible), "totals": _totals(possible), "back": to}
    return render(request, "console/wms/counts_preview.html", context)


def _done(request: DeskRequest, act: str, chosen: list[int]) -> str:
    if act == "approve":
        delta = approve_variances(by=request.desk.by(), task_ids=chosen)
        said = ngettext(
            "The book follows %(count)d count: %(delta)s.", "The book follows %(count)d counts: %(delta)s.", len(chosen)
        )
        return said % {"count": len(chosen), "delta": f"{delta:+d}"}
    made = len(recount(by=request.desk.by(), task_ids=chosen))
    return ngettext("%(count)d bin is to be counted again.", "%(count)d bins are to be counted again.", made) % {"count": made}


@allow("warehouse_manager")
@require_GET
def plan_counts(request: DeskRequest) -> HttpResponse:
    """Choose bins to count, and see which they are before asking."""
    tenant_id, query = request.desk.tenant_id, request.GET
    with unit_of_work(tenant_id):
        every, node = _node(tenant_id, query.get("node", ""))
        by, wanted, limit = _choice(query)
        rows = queries.bins_to_count(tenant_id, node.id, by=by, wanted=wanted, now=clock.now(), limit=limit) if by else []
        known = queries.zones(tenant_id, node.id)
    context = {
        "nodes": every,
        "node": node,
        "by": by or "suspicion",
        "wanted": wanted,
        "limit": limit,
        "asked": bool(by),
        "rows": rows,
        "total": rows[0].total if rows else 0,
        "zones": known,
        "badges": badges(tenant_id),
    }
    return render(request, "console/wms/counts_plan.html", context)


def _choice(query: Any) -> tuple[str, str, int]:
    by = (asked.among([query.get("by", "")], queries.CHOICES) or [""])[0]
    wanted = {"zone": query.get("zone", ""), "item": query.get("sku", ""), "abc": query.get("abc", "A")}.get(by, "")
    return by, wanted.replace("\x00", "").strip(), max(1, asked.whole(query, "limit", 20, most=MOST_AT_ONCE))


@allow("warehouse_manager")
@require_POST
def make_counts(request: DeskRequest) -> HttpResponse:
    """Ask for counts of the bins that were ticked, of those the same choice finds now."""
    tenant_id, form = request.desk.tenant_id, request.POST
    try:
        with unit_of_work(tenant_id):
            _every, node = _node(tenant_id, form.get("node", ""))
            by, wanted, _limit = _choice(form)
            ticked = set(form.getlist("bin"))
            now = clock.now()
            found = queries.bins_to_count(tenant_id, node.id, by=by, wanted=wanted, now=now, limit=5 * MOST_AT_ONCE) if by else []
            bins = [(row.location_id, row.item_id) for row in found if f"{row.location_id}:{row.item_id}" in ticked]
            made = request_counts(by=request.desk.by(), bins=bins, reason="suspicion" if by == "suspicion" else "schedule")
            if badge := form.get("badge", ""):
                assign_counts(by=request.desk.by(), task_ids=sorted(made.values()), badge=badge)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(asked.address("plan-counts", node=form.get("node", "")))
    said = ngettext("%(count)d bin is to be counted.", "%(count)d bins are to be counted.", len(made)) % {"count": len(made)}
    toasts.say(request, said, tone="success" if made else "warning")
    return HttpResponseRedirect(asked.address("counts", node=node.code, tab="ready"))


@allow(*SEE_FLOOR)
@require_GET
def short_pick_list(request: DeskRequest) -> HttpResponse:
    """Picks whose bins were short in the last thirty days: who, where, what came of it."""
    tenant_id, query = request.desk.tenant_id, request.GET
    with unit_of_work(tenant_id):
        every, node = _node(tenant_id, query.get("node", ""))
        since = asked.moment(query, "since") or clock.now() - queries.MEMORY
        rows = queries.short_picks_of(tenant_id, node.id, since=since, badge=query.get("badge", ""))
    context = {"nodes": every, "node": node, "rows": rows, "topics": (f"floor:{node.code}",), "refresh": 10}
    return living(request, "wms/short_picks", context)
