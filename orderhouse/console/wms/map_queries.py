"""What the map reads: where places are, what lies there, what was picked and counted there, who walks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orderhouse.console.wms.floor_plan import Place, TourStop
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class StockOfPlace:
    """What lies in a place; ``since`` the oldest arrival known, None where nobody recorded one."""

    place_id: int
    units: int
    items: int
    since: datetime | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class CountsOfPlace:
    """When a place was counted last (None: never), and how many counts are asked for."""

    place_id: int
    counted_at: datetime | None
    asked: int


@dataclass(frozen=True, slots=True)
class Found:
    """A bin that answers a search, by its code (``sku`` empty) or by an item in it."""

    code: str
    sku: str
    name: str
    units: int


@dataclass(frozen=True, slots=True)
class BinWork:
    """Something to be done at a bin: a pick, a put-away, a put-back, a count."""

    kind: str
    sku: str
    units: int
    of: str
    badge: str


@dataclass(frozen=True, slots=True)
class _Walk:
    tour_id: int
    number: str
    badge: str
    name: str
    x: float
    y: float
    aisle: int | None
    state: str
    tour_state: str


def places(tenant_id: int, node_id: int) -> list[Place]:
    """Every place of the building in use."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "map_places"), {"tenant": tenant_id, "node": node_id}, of=Place)


def stock_of_places(tenant_id: int, node_id: int) -> dict[int, StockOfPlace]:
    """What lies where, by place."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "map_stock"), {"tenant": tenant_id, "node": node_id}, of=StockOfPlace)
    return {row.place_id: row for row in rows}


def picks_of_places(tenant_id: int, node_id: int, since: datetime) -> dict[int, int]:
    """Picks done since then, by place."""
    with unit_of_work(tenant_id):
        return dict(fetch_all(sql.load(__file__, "map_heat"), {"tenant": tenant_id, "node": node_id, "since": since}))


def counts_of_places(tenant_id: int, node_id: int) -> dict[int, CountsOfPlace]:
    """Counts made and asked for, by place; a place never counted nor asked for is absent."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "map_counts"), {"tenant": tenant_id, "node": node_id})
    return {place_id: CountsOfPlace(place_id, counted_at, asked) for place_id, counted_at, asked in rows}


def find_bins(tenant_id: int, node_id: int, text: str, *, limit: int = 400) -> list[Found]:
    """Bins whose code begins so, or that hold an item whose SKU begins so or whose name has these words."""
    plain = text.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if not plain:
        return []
    params = {"tenant": tenant_id, "node": node_id, "code": f"{plain}%", "words": f"%{plain}%", "limit": limit}
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "map_find"), params, of=Found)


def walk_stops(
    tenant_id: int, aisles: tuple[float, ...], *, node_id: int | None = None, wave_id: int | None = None
) -> list[TourStop]:
    """The stops of a node's tours under way, or of all tours of a wave, tour by tour in walking order."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "map_walks"), {"tenant": tenant_id, "node": node_id, "wave": wave_id}, of=_Walk)
    return [
        TourStop(
            r.tour_id, r.number, r.badge, r.name, r.x, r.y, r.x if r.aisle is None else aisles[r.aisle], r.state, r.tour_state
        )
        for r in rows
    ]


def work_at(tenant_id: int, place_id: int) -> list[BinWork]:
    """What is to be done at a bin."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "bin_work"), {"tenant": tenant_id, "place": place_id}, of=BinWork)
