"""What the floor owes, and how one outbound stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.outbound.store import OutboundLine, lines_of


@dataclass(frozen=True, slots=True)
class Backlog:
    """Orders, lines and units not shipped yet, by stage and the moment they must leave."""

    ship_by: datetime
    state: str
    orders: int
    lines: int
    units: int


@dataclass(frozen=True, slots=True)
class OutboundDetail:
    """An outbound with its address and its lines."""

    id: int
    node_id: int
    node: str
    release_number: str
    order_number: str
    state: str
    priority: int
    carrier: str
    service: str
    ship_to: dict[str, Any]
    ship_by: datetime
    accepted_at: datetime
    wave: str | None
    cancel_wanted: bool
    lines: tuple[OutboundLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboundParcel:
    """A parcel of an outbound."""

    id: int
    sscc: str
    state: str
    weight_grams: int
    carrier: str
    service: str
    tracking: str
    units: int
    packed_at: datetime | None
    shipped_at: datetime | None


def backlog(tenant_id: int, node_id: int) -> list[Backlog]:
    """What is not shipped yet at a node, by cut-off and stage."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "backlog"), {"tenant": tenant_id, "node": node_id}, of=Backlog)


def outbound(tenant_id: int, outbound_id: int) -> OutboundDetail:
    """One outbound with its lines; refuses an unknown id."""
    with unit_of_work(tenant_id):
        found = fetch_one(sql.load(__file__, "outbound"), {"tenant": tenant_id, "id": outbound_id}, of=OutboundDetail)
        if found is None:
            raise NotFound(kind="outbound", code=outbound_id, field="outbound_id")
        values = {name: getattr(found, name) for name in OutboundDetail.__dataclass_fields__ if name != "lines"}
        values["ship_to"] = orjson.loads(values["ship_to"])
        return OutboundDetail(**values, lines=tuple(lines_of(tenant_id, [outbound_id]).values()))


def outbound_id(tenant_id: int, node_id: int, release_number: str) -> int:
    """The id of a release at a node; refuses an unknown number."""
    with unit_of_work(tenant_id):
        row = fetch_one(
            "SELECT id FROM wms_outbound WHERE tenant_id = %s AND node_id = %s AND release_number = %s",
            (tenant_id, node_id, release_number),
        )
    if row is None:
        raise NotFound(kind="release", code=release_number, field="release_number")
    return int(row[0])


def parcels(tenant_id: int, outbound_id: int) -> list[OutboundParcel]:
    """The parcels of an outbound, voided ones too, oldest first."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "parcels"), {"tenant": tenant_id, "outbound": outbound_id}, of=OutboundParcel)
