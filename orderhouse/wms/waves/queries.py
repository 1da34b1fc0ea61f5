"""Waves and tours as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave and how far it is: tours and tasks done of all."""

    id: int
    number: str
    state: str
    strategy: str
    cutoff_at: datetime | None
    planned_at: datetime
    released_at: datetime | None
    done_at: datetime | None
    orders: int
    lines: int
    units: int
    meters: float
    meters_order_by_order: float
    tours: int
    tours_done: int


@dataclass(frozen=True, slots=True)
class TourRow:
    """A tour, who walks it, and how far they are; ``path`` are way points in meters."""

    id: int
    wave_id: int
    number: str
    strategy: str
    state: str
    badge: str | None
    meters: float
    path: list[list[float]]
    orders: int
    tasks: int
    tasks_open: int
    started_at: datetime | None
    done_at: datetime | None


def waves(tenant_id: int, node_id: int, *, limit: int = 50) -> list[WaveRow]:
    """The node's waves, the latest first."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "waves"), {"tenant": tenant_id, "node": node_id, "limit": limit}, of=WaveRow)


def tours(tenant_id: int, *, wave_id: int | None = None, node_id: int | None = None) -> list[TourRow]:
    """A wave's tours, or those of a node that a picker may start or has started."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "tours"), {"tenant": tenant_id, "wave": wave_id, "node": node_id}, of=TourRow)
    return [replace(row, path=orjson.loads(row.path)) for row in rows]  # type: ignore[arg-type]
