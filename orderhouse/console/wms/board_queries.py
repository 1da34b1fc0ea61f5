"""What the manager's board counts, and the rows behind each count. A figure and its rows read the same view with the same bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orderhouse.catalog.queries import Node, node_by_code, nodes
from orderhouse.console.wms.pace import Left
from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at

STAGES = ("accepted", "waved", "picking", "picked", "packed", "labelled", "manifested")
"""Where an order that has not left may stand, from the door in to the door out."""

LOOK_BACK = timedelta(days=2)
"""Tours, sessions and parcels begun longer ago than this before a span are not looked for in it."""

PAGE = 200


def node_of_page(tenant_id: int, code: str) -> tuple[list[Node], Node | None]:
    """All nodes with a floor's pages, and the one asked for: the first warehouse where none is named; refuses an unknown code."""
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        if code:
            return every, node_by_code(tenant_id, code)
    return every, next((node for node in every if node.kind == "warehouse"), every[0] if every else None)


def day_of_node(node: Node, now: datetime) -> datetime:
    """When today began where the node stands."""
    return now.astimezone(ZoneInfo(node.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def backlog_by_cutoff(tenant_id: int, node_id: int) -> list[Left]:
    """What the node still has to send off, by cut-off and stage."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "board_backlog"), {"tenant": tenant_id, "node": node_id}, of=Left)


@dataclass(frozen=True, slots=True)
class OpenOutbound:
    """An outbound that has not left; the ``total`` fields are of the whole list it is part of."""

    id: int
    release_number: str
    order_number: str
    stage: str
    priority: int
    carrier: str
    service: str
    ship_by: datetime
    accepted_at: datetime
    cancel_wanted: bool
    wave: str | None
    lines: int
    units: int
    total: int
    total_lines: int
    total_units: int


@dataclass(frozen=True, slots=True)
class OutboundFilter:
    """Which open outbounds; empty means any, but for ``cutoffs``, where None does and an empty one is none."""

    stages: Sequence[str] = ()
    cutoffs: Sequence[datetime] | None = None
    carriers: Sequence[str] = ()
    services: Sequence[str] = ()
    before: datetime | None = None
    number: str = ""


def open_outbounds(tenant_id: int, node_id: int, wanted: OutboundFilter, *, skip: int = 0) -> list[OpenOutbound]:
    """A page of open outbounds, those that must leave first in front."""
    parameters = {
        "tenant": tenant_id,
        "node": node_id,
        "stages": list(wanted.stages) or None,
        "cutoffs": None if wanted.cutoffs is None else list(wanted.cutoffs),
        "carriers": list(wanted.carriers) or None,
        "services": list(wanted.services) or None,
        "before": wanted.before,
        "number": like(wanted.number) or None,
        "limit": PAGE,
        "skip": skip,
    }
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "open_outbounds"), parameters, of=OpenOutbound)


def like(text: str) -> str:
    """Text as part of a LIKE pattern, its own wildcards meaning themselves."""
    return text.replace("\x00", "").strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


@dataclass(frozen=True, slots=True)
class DoneOutbound:
    """An order of which parcels were packed, or left, within a span; ``done_at`` the last of them; ``total`` of the whole list."""

    id: int
    release_number: str
    order_number: str
    state: str
    carrier: str
    service: str
    ship_by: datetime
    parcels: int
    units: int
    done_at: datetime
    packed_by: str | None
    total: int


def done_counts(
    tenant_id: int, node_id: int, *, packed_since: datetime, shipped_since: datetime, until: datetime
) -> tuple[int, int]:
    """Orders packed, and orders shipped, since then."""
    parameters = {
        "tenant": tenant_id,
        "node": node_id,
        "packed_since": packed_since,
        "packed_from_id": first_id_at(packed_since - LOOK_BACK),
        "shipped_since": shipped_since,
        "shipped_from_id": first_id_at(shipped_since - LOOK_BACK),
        "until": until,
    }
    with unit_of_work(tenant_id):
        packed, shipped = fetch_one(sql.load(__file__, "done_counts"), parameters) or (0, 0)
    return packed, shipped


def outbounds_done(
    tenant_id: int, node_id: int, *, what: str, since: datetime, until: datetime, skip: int = 0
) -> list[DoneOutbound]:
    """A page of the orders ``done_counts`` counts; ``what`` is packed or shipped."""
    parameters = {
        "tenant": tenant_id,
        "node": node_id,
        "what": what,
        "since": since,
        "until": until,
        "from_id": first_id_at(since - LOOK_BACK),
        "limit": PAGE,
        "skip": skip,
    }
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "outbounds_done"), parameters, of=DoneOutbound)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work beside the orders: rows by what they are. ``task_units`` are the units of ``tasks``."""

    tasks: dict[str, int] = field(default_factory=dict)
    task_units: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    exceptions: dict[str, int] = field(default_factory=dict)


def work_waiting(tenant_id: int, node_id: int) -> Waiting:
    """What else waits at the node."""
    found = Waiting()
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "work_waiting"), {"tenant": tenant_id, "node": node_id})
    for about, which, count, units in rows:
        getattr(found, about)[which] = count
        if about == "tasks":
            found.task_units[which] = int(units)
    return found


@dataclass(frozen=True, slots=True)
class AtWork:
    """A person's scans within a span, and what they are at: ``work`` is the tour's or receipt's number."""

    badge: str
    name: str
    scans: int
    refused: int
    first_at: datetime
    last_at: datetime
    flow: str
    busy: bool
    work: str
    last_scan: str
    last_refused: bool

    @property
    def refused_share(self) -> float:
        """Hundredths of the scans that were refused."""
        return 100.0 * self.refused / self.scans


def people_of_node(tenant_id: int, node_id: int, *, since: datetime, until: datetime) -> list[AtWork]:
    """Who scanned at the node within the span, by name."""
    return _of_span("people_of_node", tenant_id, node_id, since, until, AtWork)


@dataclass(frozen=True, slots=True)
class Picked:
    """A badge's picks within a span: tasks done, their units, and those the bin was short of."""

    badge: str
    picks: int
    units: int
    shorts: int


def picks_of_people(tenant_id: int, node_id: int, *, since: datetime, until: datetime) -> dict[str, Picked]:
    """Picks by badge."""
    return {row.badge: row for row in _of_span("picks_of_people", tenant_id, node_id, since, until, Picked)}


@dataclass(frozen=True, slots=True)
class PickRow:
    """One pick as it was done."""

    id: int
    done_at: datetime
    badge: str
    name: str
    tour: str
    release_number: str
    order_number: str
    sku: str
    item: str
    bin: str
    tote: str | None
    quantity: int
    picked: int
    state: str


def picks_done(
    tenant_id: int, node_id: int, *, since: datetime, until: datetime, badge: str, states: Sequence[str]
) -> list[PickRow]:
    """The picks ``picks_of_people`` counts, the latest first."""
    more = {"badge": badge or None, "states": list(states), "limit": 5 * PAGE}
    return _of_span("picks_done", tenant_id, node_id, since, until, PickRow, **more)


@dataclass(frozen=True, slots=True)
class ScanDone:
    """A scan with the answer it got; ``total`` is of the whole list."""

    session_id: int
    serial: int
    at: datetime
    badge: str
    name: str
    flow: str
    device: str
    text: str
    quantity: int | None
    refused: bool
    sentence: str
    total: int


def scans_done(
    tenant_id: int,
    node_id: int,
    *,
    since: datetime,
    until: datetime,
    badge: str = "",
    session_id: int | None = None,
    refused: bool | None = None,
) -> list[ScanDone]:
    """Scans within the span, the latest first."""
    more = {"badge": badge or None, "session": session_id, "refused": refused, "limit": 5 * PAGE}
    return _of_span("scans_done", tenant_id, node_id, since, until, ScanDone, **more)


def _of_span(
    name: str, tenant_id: int, node_id: int, since: datetime, until: datetime, of: type[Any], **more: object
) -> list[Any]:
    parameters = {
        "tenant": tenant_id,
        "node": node_id,
        "since": since,
        "until": until,
        "from_id": first_id_at(since - LOOK_BACK),
        **more,
    }
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, name), parameters, of=of)


def badges(tenant_id: int) -> list[tuple[str, str]]:
    """Active badges, code and name, by name."""
    with unit_of_work(tenant_id):
        return fetch_all("SELECT code, name FROM people_badge WHERE tenant_id = %s AND active ORDER BY name, code", (tenant_id,))
