"""What the pages of waves and of the planner read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.waves.queries import WaveRow


@dataclass(frozen=True, slots=True)
class WaveCard(WaveRow):
    """A wave, how far its picks are, and who walks it."""

    tours_started: int
    people: list[str]
    picks: int
    picks_done: int
    shorts: int

    @property
    def saved_percent(self) -> int:
        """Meters saved against walking order by order, of a hundred."""
        alone = self.meters_order_by_order
        return round(100 * (alone - self.meters) / alone) if alone else 0


@dataclass(frozen=True, slots=True)
class WaveOrder:
    """An order of a wave, and how far its picks in it are."""

    id: int
    release_number: str
    order_number: str
    state: str
    priority: int
    carrier: str
    service: str
    ship_by: datetime
    cancel_wanted: bool
    picks: int
    done: int
    shorts: int
    units: int
    tours: str


@dataclass(frozen=True, slots=True)
class ShortPick:
    """A pick that found less than it asked for."""

    id: int
    tour: str
    bin: str
    sku: str
    name: str
    release_number: str
    quantity: int
    picked: int
    picker: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders with units waiting for a wave, by what one may choose them by."""

    carrier: str
    service: str
    priority: int
    ship_by: datetime
    owner_id: int
    owner: str
    orders: int
    units: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line by name."""

    id: int
    release_number: str
    order_number: str
    sku: str
    name: str


def wave_cards(tenant_id: int, node_id: int, *, state: str | None = None, limit: int = 60) -> list[WaveCard]:
    """The node's waves, the latest first."""
    params = {"tenant": tenant_id, "node": node_id, "state": state, "number": None, "limit": limit}
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "wave_cards"), params, of=WaveCard)


def wave_by_number(tenant_id: int, node_id: int, number: str) -> WaveCard:
    """The wave of this number; refuses (``NotFound``) an unknown one."""
    params = {"tenant": tenant_id, "node": node_id, "state": None, "number": number, "limit": 1}
    with unit_of_work(tenant_id):
        found = fetch_all(sql.load(__file__, "wave_cards"), params, of=WaveCard)
    if not found:
        raise NotFound(kind="wave", code=number, field="number")
    return found[0]


def wave_counts(tenant_id: int, node_id: int) -> dict[str, int]:
    """Waves by state."""
    statement = "SELECT state, count(*) FROM wms_wave WHERE tenant_id = %s AND node_id = %s GROUP BY state"
    with unit_of_work(tenant_id):
        return dict(fetch_all(statement, (tenant_id, node_id)))


def wave_orders(tenant_id: int, wave_id: int) -> list[WaveOrder]:
    """The orders of a wave."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "wave_orders"), {"tenant": tenant_id, "wave": wave_id}, of=WaveOrder)


def wave_shorts(tenant_id: int, wave_id: int) -> list[ShortPick]:
    """The short picks of a wave, the latest first."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "wave_shorts"), {"tenant": tenant_id, "wave": wave_id}, of=ShortPick)


def waiting_for_waves(tenant_id: int, node_id: int) -> list[Waiting]:
    """What waits, the most urgent first."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "wave_waiting"), {"tenant": tenant_id, "node": node_id}, of=Waiting)


def draft_lines(tenant_id: int, ids: Iterable[int]) -> dict[int, DraftLine]:
    """Lines by id, at most 200."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "draft_lines"), {"tenant": tenant_id, "ids": sorted(set(ids))}, of=DraftLine)
    return {row.id: row for row in rows}


def zone_codes(tenant_id: int, node_id: int) -> list[str]:
    """Zones that have bins."""
    statement = """SELECT DISTINCT z.code FROM wms_zone z JOIN wms_location l ON l.tenant_id = z.tenant_id AND l.zone_id = z.id
                   WHERE z.tenant_id = %s AND z.node_id = %s AND l.kind = 'bin' AND l.active ORDER BY z.code"""
    with unit_of_work(tenant_id):
        return [code for (code,) in fetch_all(statement, (tenant_id, node_id))]


def badges(tenant_id: int) -> list[tuple[str, str]]:
    """Badges in use: code and name."""
    with unit_of_work(tenant_id):
        return fetch_all("SELECT code, name FROM people_badge WHERE tenant_id = %s AND active ORDER BY name, code", (tenant_id,))


def item_of_sku(tenant_id: int, sku: str) -> int | None:
    """The id of the first item with this SKU."""
    with unit_of_work(tenant_id):
        return fetch_value("SELECT id FROM catalog_item WHERE tenant_id = %s AND sku = %s ORDER BY id LIMIT 1", (tenant_id, sku))
