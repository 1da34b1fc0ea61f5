"""People at work: what each badge did today and is at now; and the scans and picks behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import Node
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import asked
from orderhouse.console.wms import board_queries as queries
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound

SHORTEST_SPAN = timedelta(minutes=15)
"""A rate is not told of less: one quick scan is no pace."""
LONGEST_SPAN = timedelta(days=8)
PICK_STATES = ("picked", "short")


def _node(tenant_id: int, code: str) -> tuple[list[Node], Node]:
    every, node = queries.node_of_page(tenant_id, code)
    if node is None:
        raise NotFound(kind="node", code=code or "any", field="node")
    return every, node


def _span(query: Any, node: Node, now: datetime) -> tuple[datetime, datetime]:
    """The span asked for; today where none is, and never longer than :data:`LONGEST_SPAN`."""
    until = asked.moment(query, "until") or now
    since = asked.moment(query, "since") or queries.day_of_node(node, until)
    return max(since, until - LONGEST_SPAN), until


@allow(*SEE_FLOOR)
@require_GET
def people_at_work(request: DeskRequest) -> HttpResponse:
    """Each badge of a node: scans, picks an hour, refused scans, current work."""
    tenant_id, query, now = request.desk.tenant_id, request.GET, clock.now()
    with unit_of_work(tenant_id):
        every, node = _node(tenant_id, query.get("node", ""))
        since, until = _span(query, node, now)
        people = queries.people_of_node(tenant_id, node.id, since=since, until=until)
        picks = queries.picks_of_people(tenant_id, node.id, since=since, until=until)
    rows = []
    for each in people:
        done = picks.get(each.badge)
        hours = max(each.last_at - each.first_at, SHORTEST_SPAN).total_seconds() / 3600
        key = {"node": node.code, "badge": each.badge, "since": since, "until": until}
        rows.append(
            {
                "person": each,
                "picks": done,
                "per_hour": done.picks / hours if done else 0.0,
                "scans_href": asked.address("scans", **key),
                "refused_href": asked.address("scans", **key, refused="1"),
                "picks_href": asked.address("picks", **key, state="picked"),
                "shorts_href": asked.address("picks", **key, state="short"),
                "here": now - each.last_at < timedelta(minutes=10),
            }
        )
    context = {
        "nodes": every,
        "node": node,
        "rows": rows,
        "since": since,
        "today": not query.get("since"),
        "topics": (f"floor:{node.code}",),
        "refresh": None if query.get("until") else 5,
    }
    return living(request, "wms/people_at_work", context)


@allow(*SEE_FLOOR)
@require_GET
def scan_list(request: DeskRequest) -> HttpResponse:
    """Scans one by one, each with the answer it got."""
    tenant_id, query = request.desk.tenant_id, request.GET
    with unit_of_work(tenant_id):
        every, node = _node(tenant_id, query.get("node", ""))
        since, until = _span(query, node, clock.now())
        session = next(iter(asked.ids([query.get("session", "")])), None)
        refused = {"1": True, "0": False}.get(query.get("refused", ""))
        badge = query.get("badge", "").replace("\x00", "")
        rows = queries.scans_done(tenant_id, node.id, since=since, until=until, badge=badge, session_id=session, refused=refused)
    context = {
        "nodes": every,
        "node": node,
        "rows": rows,
        "total": rows[0].total if rows else 0,
        "refused": refused,
        "badge": badge,
        "since": since,
        "until": until,
        "topics": (f"floor:{node.code}",),
        "refresh": None if query.get("until") else 5,
    }
    return living(request, "wms/scans", context)


@allow(*SEE_FLOOR)
@require_GET
def pick_list(request: DeskRequest) -> HttpResponse:
    """Picks one by one."""
    tenant_id, query = request.desk.tenant_id, request.GET
    with unit_of_work(tenant_id):
        every, node = _node(tenant_id, query.get("node", ""))
        since, until = _span(query, node, clock.now())
        states = asked.among(query.getlist("state"), PICK_STATES) or PICK_STATES
        badge = query.get("badge", "").replace("\x00", "")
        rows = queries.picks_done(tenant_id, node.id, since=since, until=until, badge=badge, states=states)
    context = {"nodes": every, "node": node, "rows": rows, "badge": badge, "topics": (f"floor:{node.code}",), "refresh": None}
    return living(request, "wms/picks", context)
