"""The lists behind the board: orders that have not left, orders packed or shipped, work to put away; and one outbound."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import asked
from orderhouse.console.wms import board_queries as queries
from orderhouse.console.wms.pace import at_risk_of, cutoffs
from orderhouse.console.wms.queries import floor_of_releases
from orderhouse.console.wms.receipt_queries import open_tasks
from orderhouse.contract.events import story
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.outbound.queries import outbound, parcels


@allow(*SEE_FLOOR)
@require_GET
def outbound_list(request: DeskRequest) -> HttpResponse:
    """Orders that have not left a node: by stage, cut-off, carrier, service."""
    tenant_id, query = request.desk.tenant_id, request.GET
    risk, named = bool(query.get("risk")), asked.moments(query, "cutoff")
    wanted = queries.OutboundFilter(
        stages=asked.among(query.getlist("stage"), queries.STAGES),
        cutoffs=named or None,
        carriers=[text for text in query.getlist("carrier")[:20] if "\x00" not in text],
        services=[text for text in query.getlist("service")[:20] if "\x00" not in text],
        before=asked.moment(query, "before"),
        number=query.get("q", ""),
    )
    skip = asked.whole(query, "skip", 0)
    with unit_of_work(tenant_id):
        every, node = queries.node_of_page(tenant_id, query.get("node", ""))
        if node is None:
            raise NotFound(kind="node", code="any", field="node")
        if risk:
            wanted = replace(wanted, cutoffs=_at_risk(tenant_id, node.id))
        rows = queries.open_outbounds(tenant_id, node.id, wanted, skip=skip)
    key: dict[str, object] = {"node": node.code, "risk": "now" if risk else "", "cutoff": named}
    key |= {"carrier": wanted.carriers, "service": wanted.services, "before": wanted.before, "q": wanted.number}
    tabs = [
        ("", asked.address("outbounds", **key), not wanted.stages),
        *((stage, asked.address("outbounds", **key, stage=stage), list(wanted.stages) == [stage]) for stage in queries.STAGES),
    ]
    shown = rows[0] if rows else None
    more = asked.address("outbounds", **key, stage=wanted.stages, skip=skip + queries.PAGE)
    context = {
        "nodes": every,
        "node": node,
        "rows": rows,
        "wanted": wanted,
        "risk": risk,
        "named_cutoffs": named,
        "tabs": tabs,
        "total": shown.total if shown else 0,
        "total_lines": shown.total_lines if shown else 0,
        "total_units": shown.total_units if shown else 0,
        "from": skip + 1,
        "to": skip + len(rows),
        "older": more if shown and skip + len(rows) < shown.total else "",
        "now": clock.now(),
        "topics": (f"floor:{node.code}",),
        "refresh": 5 if not skip else None,
    }
    return living(request, "wms/outbounds", context)


def _at_risk(tenant_id: int, node_id: int) -> list[datetime]:
    """The cut-offs the board counts as at risk: by the same figures, at the pace of this moment."""
    now = clock.now()
    packed, _shipped = queries.done_counts(
        tenant_id, node_id, packed_since=now - timedelta(hours=1), shipped_since=now, until=now
    )
    return at_risk_of(cutoffs(queries.backlog_by_cutoff(tenant_id, node_id), now=now, packed_last_hour=packed))


@allow(*SEE_FLOOR)
@require_GET
def outbounds_done(request: DeskRequest) -> HttpResponse:
    """Orders packed, or shipped, within a span; today where none is named."""
    tenant_id, query, now = request.desk.tenant_id, request.GET, clock.now()
    what = (asked.among([query.get("what", "")], ("packed", "shipped")) or ["shipped"])[0]
    with unit_of_work(tenant_id):
        every, node = queries.node_of_page(tenant_id, query.get("node", ""))
        if node is None:
            raise NotFound(kind="node", code="any", field="node")
        until = asked.moment(query, "until") or now
        since = asked.moment(query, "since") or queries.day_of_node(node, until)
        skip = asked.whole(query, "skip", 0)
        rows = queries.outbounds_done(tenant_id, node.id, what=what, since=since, until=until, skip=skip)
    total, last = rows[0].total if rows else 0, skip + len(rows)
    context = {
        "nodes": every,
        "node": node,
        "what": what,
        "since": since,
        "until": until,
        "rows": rows,
        "total": total,
        "from": skip + 1,
        "to": last,
        "older": asked.address("outbounds-done", node=node.code, what=what, since=since, until=until, skip=last)
        if last < total
        else "",
        "refresh": None,
    }
    return living(request, "wms/outbounds_done", context)


@allow(*SEE_FLOOR)
@require_GET
def outbound_page(request: DeskRequest, outbound_id: int) -> HttpResponse:
    """One outbound: where its units stand, its picks and parcels, its story."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        found = outbound(tenant_id, outbound_id)
        context = {
            "outbound": found,
            "lines": [(line, drawing.track(_units(line.counts._asdict()))) for line in found.lines],
            "parcels": parcels(tenant_id, outbound_id),
            "picks": [
                p for p in floor_of_releases(tenant_id, [found.release_number]) if p.pick_state and p.outbound_id == found.id
            ],
            "story": list(reversed(story(tenant_id, "release", outbound_id))),
            "topics": (f"floor:{found.node}",),
            "refresh": 5 if found.state not in ("shipped", "cancelled", "shorted") else None,
        }
    return living(request, "wms/outbound", context)


def _units(counts: dict[str, int]) -> dict[str, int]:
    """The units of a line in the colors of the order page's bars."""
    return {
        "shipped": counts["shipped"],
        "released": counts["picked"] + counts["packed"],
        "reserved": counts["waiting"] + counts["allocated"],
        "backordered": counts["shorted"],
        "cancelled": counts["putting_back"] + counts["cancelled"],
    }


@allow(*SEE_FLOOR)
@require_GET
def putaway_list(request: DeskRequest) -> HttpResponse:
    """Work to put away and to put back, the oldest first."""
    tenant_id, query = request.desk.tenant_id, request.GET
    kind = (asked.among([query.get("kind", "")], ("putaway", "putback")) or [""])[0]
    with unit_of_work(tenant_id):
        every, node = queries.node_of_page(tenant_id, query.get("node", ""))
        if node is None:
            raise NotFound(kind="node", code="any", field="node")
        rows = open_tasks(tenant_id, node.id, kind=kind)
    context = {
        "nodes": every,
        "node": node,
        "kind": kind,
        "rows": rows,
        "units": sum(row.left for row in rows),
        "topics": (f"floor:{node.code}",),
        "refresh": 5,
    }
    return living(request, "wms/putaways", context)
