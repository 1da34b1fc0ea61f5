"""Counts and short picks as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orderhouse.console.wms.board_queries import PAGE
from orderhouse.console.wms.exception_queries import Exceptional
from orderhouse.database import fetch_all, fetch_values, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at

CHOICES = ("zone", "item", "abc", "suspicion")
MEMORY = timedelta(days=30)
"""How far back picks tell which items move, and shorts which bins are doubted."""

_OF_NODE = " AND c.node_id = %(node)s"
_OPEN = _OF_NODE + " AND c.state = %(state)s AND c.state IN ('ready', 'counted') ORDER BY l.pick_order, i.sku LIMIT %(limit)s"
_DONE = _OF_NODE + " AND c.state IN ('approved', 'cancelled') ORDER BY c.id DESC LIMIT %(limit)s"
_OF_PLACE = " AND c.location_id = %(place)s AND c.id <> %(besides)s ORDER BY c.id DESC LIMIT %(limit)s"
_THESE = " AND c.id = ANY (%(ids)s) ORDER BY l.pick_order, i.sku"


@dataclass(frozen=True, slots=True)
class Count:
    """A count task; ``value`` is what its variance is worth at the item's price, None where the item has none."""

    id: int
    node: str
    node_id: int
    location_id: int
    location: str
    zone: str
    item_id: int
    sku: str
    name: str
    reason: str
    state: str
    expected: int | None
    counted: int | None
    assigned_to: str
    assigned_name: str
    badge: str
    counter: str
    created_at: datetime
    counted_at: datetime | None
    value: Decimal | None
    currency: str

    @property
    def difference(self) -> int:
        """Units counted more (or fewer) than the book had then; 0 while nobody has counted."""
        return 0 if self.counted is None or self.expected is None else self.counted - self.expected


def counts_open(tenant_id: int, node_id: int, state: str) -> list[Count]:
    """Counts to make (ready) or to judge (counted), in pick order."""
    return _read(tenant_id, _OPEN, node=node_id, state=state, limit=2 * PAGE)


def counts_done(tenant_id: int, node_id: int) -> list[Count]:
    """Counts that were approved or set aside, the latest first."""
    return _read(tenant_id, _DONE, node=node_id, limit=PAGE)


def counts_of_place(tenant_id: int, location_id: int, *, besides: int = 0) -> list[Count]:
    """The latest counts of a bin."""
    return _read(tenant_id, _OF_PLACE, place=location_id, besides=besides, limit=10)


def counts_by_id(tenant_id: int, ids: Sequence[int]) -> list[Count]:
    """These counts, in pick order; unknown ids are absent."""
    return _read(tenant_id, _THESE, ids=list(ids))


def count_behind(tenant_id: int, exception: Exceptional) -> Count | None:
    """The count an exception is about, if it is about one."""
    if exception.subject_kind != "count_task":
        return None
    return next(iter(counts_by_id(tenant_id, [exception.subject_id])), None)


def _read(tenant_id: int, which: str, **parameters: Any) -> list[Count]:
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "counts") + which, {"tenant": tenant_id, **parameters}, of=Count)


@dataclass(frozen=True, slots=True)
class BinToCount:
    """A bin and an item in it that might be counted; ``units`` in the book, ``last_at`` when it was last; ``total`` of the list."""

    location_id: int
    location: str
    item_id: int
    sku: str
    name: str
    units: int
    last_at: datetime | None
    total: int


def bins_to_count(tenant_id: int, node_id: int, *, by: str, wanted: str, now: datetime, limit: int) -> list[BinToCount]:
    """Bins to count, those counted longest ago in front: by zone, item, abc (A, B or C) or suspicion. Two statements."""
    parameters: dict[str, Any] = {
        "tenant": tenant_id,
        "node": node_id,
        "wanted": wanted,
        "from_id": first_id_at(now - MEMORY),
        "places": None,
        "items": None,
        "not_items": [],
        "doubted_places": None,
        "doubted_items": None,
        "limit": limit,
    }
    with unit_of_work(tenant_id):
        parameters |= _NARROWED[by](parameters)
        return fetch_all(sql.load(__file__, "bins_to_count"), parameters, of=BinToCount)


def _of_zone(parameters: dict[str, Any]) -> dict[str, Any]:
    statement = """SELECT l.id FROM wms_zone z JOIN wms_location l ON l.tenant_id = z.tenant_id AND l.zone_id = z.id
                   WHERE z.tenant_id = %(tenant)s AND z.node_id = %(node)s AND z.code = %(wanted)s"""
    return {"places": fetch_values(statement, parameters)}


def _of_item(parameters: dict[str, Any]) -> dict[str, Any]:
    return {"items": fetch_values("SELECT id FROM catalog_item WHERE tenant_id = %(tenant)s AND sku = %(wanted)s", parameters)}


def _of_class(parameters: dict[str, Any]) -> dict[str, Any]:
    classes = fetch_all(sql.load(__file__, "items_picked_most"), parameters)
    if parameters["wanted"] in ("A", "B"):
        return {"items": [item_id for item_id, each in classes if each == parameters["wanted"]]}
    return {"not_items": [item_id for item_id, _ in classes]}


def _doubted(parameters: dict[str, Any]) -> dict[str, Any]:
    pairs = fetch_all(sql.load(__file__, "doubted_bins"), parameters)
    places, items = [place for place, _ in pairs], [item for _, item in pairs]
    return {"places": places, "doubted_places": places, "doubted_items": items}


_NARROWED = {"zone": _of_zone, "item": _of_item, "abc": _of_class, "suspicion": _doubted}


def zones(tenant_id: int, node_id: int) -> list[tuple[str, str]]:
    """The node's zones, code and name."""
    with unit_of_work(tenant_id):
        return fetch_all(
            "SELECT code, name FROM wms_zone WHERE tenant_id = %s AND node_id = %s ORDER BY code", (tenant_id, node_id)
        )


@dataclass(frozen=True, slots=True)
class ShortPickRow:
    """A pick whose bin was short, and what came of its line's shortage: units found ``elsewhere``, ``waiting`` for stock on the
    dock, ``shorted`` (told back); all None where nobody wrote it down."""

    exception_id: int
    kind: str
    raised_at: datetime
    settled_at: datetime | None
    badge: str
    name: str
    sku: str
    item: str
    bin: str
    missing: int
    outbound_id: int
    release_number: str
    order_number: str
    elsewhere: int | None
    waiting: int | None
    shorted: int | None
    count_id: int | None
    count_state: str | None


def short_picks_of(tenant_id: int, node_id: int, *, since: datetime, badge: str = "") -> list[ShortPickRow]:
    """Short picks since then, the latest first."""
    parameters = {"tenant": tenant_id, "node": node_id, "from_id": first_id_at(since), "badge": badge or None, "limit": PAGE}
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "short_picks"), parameters, of=ShortPickRow)
