"""What the floor's pages read beyond what its rooms tell: who works, where the tours are, how full the building is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class AtWork:
    """A person with a scanner, and what they scanned last."""

    badge: str
    name: str
    flow: str
    last_scan: str
    at: datetime
    refused: bool


@dataclass(frozen=True, slots=True)
class Bay:
    """Bins above one another (or a dock, bench or staging place): meters, units lying there, room for units (0: no limit)."""

    kind: str
    x: float
    y: float
    code: str
    units: int
    room: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a tour under way, in meters."""

    tour_id: int
    number: str
    badge: str
    x: float
    y: float
    state: str


@dataclass(frozen=True, slots=True)
class FloorPick:
    """One pick of a release, or the release alone while it waits (the pick's fields are None then)."""

    outbound_id: int
    release_number: str
    node: str
    state: str
    wave: str | None
    cancel_wanted: bool
    tour: str | None
    picker: str
    sku: str | None
    bin: str | None
    tote: str | None
    quantity: int | None
    picked: int | None
    pick_state: str | None
    done_at: datetime | None


def people_at_work(tenant_id: int, node_id: int, since: datetime) -> list[AtWork]:
    """Whoever scanned at the node since then, by name, each once with the latest."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "people_at_work"), {"tenant": tenant_id, "node": node_id, "since": since}, of=AtWork)
    latest: dict[str, AtWork] = {}
    for row in rows:
        latest.setdefault(row.badge, row)
    return list(latest.values())


def bays(tenant_id: int, node_id: int) -> list[Bay]:
    """Every place of the building, bins above one another as one."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "map_bins"), {"tenant": tenant_id, "node": node_id}, of=Bay)


def stops(tenant_id: int, node_id: int) -> list[Stop]:
    """The stops of the tours under way, tour by tour in walking order."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "map_tours"), {"tenant": tenant_id, "node": node_id}, of=Stop)


def floor_of_releases(tenant_id: int, numbers: Sequence[str]) -> list[FloorPick]:
    """What the floor did with these releases, release by release in picking order."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "floor_of_releases"), {"tenant": tenant_id, "numbers": list(numbers)}, of=FloorPick)
