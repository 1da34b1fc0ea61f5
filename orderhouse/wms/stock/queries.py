"""What lies where, as frozen values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orderhouse.database import fetch_all
from orderhouse.kernel import sql
from orderhouse.wms.stock import store
from orderhouse.wms.stock.store import Standing

NEWEST = 2**63 - 1
"""The cursor before which every movement lies."""


@dataclass(frozen=True, slots=True)
class ItemStock:
    """One item's units at a node by state; ``on_hand`` is what the node tells."""

    item_id: int
    owner_id: int
    sku: str
    name: str
    good: int
    allocated: int
    picked: int
    packed: int
    damaged: int
    quarantine: int
    hold: int
    returned_ungraded: int
    expired: int

    @property
    def on_hand(self) -> int:
        return self.good + self.allocated + self.picked + self.packed


@dataclass(frozen=True, slots=True)
class PlaceStock:
    """Units of one item, lot and state at one place."""

    place_id: int
    item_id: int
    sku: str
    name: str
    owner_id: int
    lot_id: int
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool
    state: str
    quantity: int


@dataclass(frozen=True, slots=True)
class BinOfItem:
    """One place where an item lies, lot by lot: free (``good``), ``allocated``, and ``other`` (in hand, damaged, held ...)."""

    place_id: int
    code: str
    kind: str
    zone: str
    lot_id: int
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool
    good: int
    allocated: int
    other: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement in words people know; a place is empty where the account stands outside."""

    id: int
    at: datetime
    item_id: int
    sku: str
    lot_number: str
    serial_number: str
    quantity: int
    from_state: str
    from_place: str
    to_state: str
    to_place: str
    cause: str
    cause_id: int
    cause_line_id: int
    actor: str
    device: str


def stock_by_item(
    tenant_id: int, node_id: int, *, item_ids: Iterable[int] | None = None, after_sku: str = "", limit: int = 1000
) -> list[ItemStock]:
    """The node's items by SKU, after ``after_sku``; items it never held are absent."""
    items = None if item_ids is None else sorted(set(item_ids))
    parameters = {"tenant": tenant_id, "node": node_id, "items": items, "after": after_sku, "limit": limit}
    return fetch_all(sql.load(__file__, "stock_by_item"), parameters, of=ItemStock)


def stock_in_bin(tenant_id: int, location_id: int) -> list[PlaceStock]:
    """All that lies in a location, in whatever state, handling units standing there included."""
    return _stock_at(tenant_id, [location_id])


def stock_in_handling_unit(tenant_id: int, handling_unit_id: int) -> list[PlaceStock]:
    """All that a tote, cart, pallet or parcel carries, and what the units on it carry."""
    return _stock_at(tenant_id, [handling_unit_id])


def _stock_at(tenant_id: int, places: Sequence[int]) -> list[PlaceStock]:
    return fetch_all(sql.load(__file__, "stock_at_places"), {"tenant": tenant_id, "places": list(places)}, of=PlaceStock)


def bins_of_item(tenant_id: int, node_id: int, item_id: int) -> list[BinOfItem]:
    """Where an item lies in the node, in pick order, totes and parcels last."""
    return fetch_all(sql.load(__file__, "bins_of_item"), {"tenant": tenant_id, "node": node_id, "item": item_id}, of=BinOfItem)


def stock_of_lot(tenant_id: int, lot_id: int) -> list[Standing]:
    """Where units of a lot (or a serial) stand in all nodes, whatever their state: the inside half of a recall."""
    states = ["good", "allocated", "picked", "packed", "damaged", "quarantine", "hold", "returned_ungraded", "expired"]
    return store.stock_of_lots(tenant_id, [lot_id], states)


def movements(
    tenant_id: int,
    *,
    node_id: int | None = None,
    item_id: int | None = None,
    place_id: int | None = None,
    before: int = NEWEST,
    limit: int = 50,
) -> list[MovementRow]:
    """The history of an item, a place, or a node, last written first; give the last row's id as ``before`` for the next page."""
    return fetch_all(
        sql.load(__file__, "movements"),
        {
            "tenant": tenant_id,
            "node": node_id,
            "items": None if item_id is None else [item_id],
            "place": place_id,
            "before": before,
            "limit": limit,
        },
        of=MovementRow,
    )


@dataclass(frozen=True, slots=True)
class OpenException:
    """Something that went otherwise than planned and that ``owner`` must still settle."""

    id: int
    kind: str
    subject_kind: str
    subject_id: int
    facts: dict[str, Any]
    owner: str
    raised_at: datetime


def open_exceptions(tenant_id: int, node_id: int, *, limit: int = 200) -> list[OpenException]:
    """The node's open exceptions, oldest first."""
    rows = fetch_all(
        """SELECT id, kind, subject_kind, subject_id, facts::text, owner, raised_at FROM wms_exception
           WHERE tenant_id = %s AND node_id = %s AND settled_at IS NULL ORDER BY raised_at, id LIMIT %s""",
        (tenant_id, node_id, limit),
    )
    return [
        OpenException(exception_id, kind, subject_kind, subject_id, json.loads(facts), owner, raised_at)
        for exception_id, kind, subject_kind, subject_id, facts, owner, raised_at in rows
    ]
