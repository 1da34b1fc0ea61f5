"""What the catalog holds, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from orderhouse.database import fetch_all
from orderhouse.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose stock it is: ourselves, or a client of a 3PL."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """What is sold and kept. Weight in grams and edges in millimeters are of one base unit; 0 where unknown."""

    id: int
    owner_id: int
    sku: str
    name: str
    base_unit: str
    weight_grams: int
    length_mm: int
    width_mm: int
    height_mm: int
    tracks_lots: bool
    tracks_serials: bool
    minimum_life_days: int
    hazmat: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Node:
    """Where the OMS may source. Handling costs in minor units of the tenant's currency; ``cutoff_time`` is local."""

    id: int
    code: str
    name: str
    kind: str
    country: str
    latitude: float
    longitude: float
    time_zone: str
    working_days: str
    holiday_calendar: str
    cutoff_time: time
    handling_per_parcel: int
    handling_per_line: int
    lines_per_day: int | None
    countries_served: list[str] | None
    carries_hazmat: bool
    active: bool


_ITEM = """SELECT id, owner_id, sku, name, base_unit, weight_grams, length_mm, width_mm, height_mm, tracks_lots, tracks_serials,
  minimum_life_days, hazmat, active FROM catalog_item WHERE tenant_id = %s"""
_NODE = """SELECT id, code, name, kind, country, latitude, longitude, time_zone, working_days, holiday_calendar, cutoff_time,
  handling_per_parcel, handling_per_line, lines_per_day, countries_served, carries_hazmat, active
  FROM catalog_node WHERE tenant_id = %s"""


def items_by_sku(tenant_id: int, owner_id: int, skus: Iterable[str]) -> dict[str, Item]:
    """The owner's items with these SKUs; unknown SKUs are absent."""
    rows = fetch_all(_ITEM + " AND owner_id = %s AND sku = ANY (%s)", (tenant_id, owner_id, list(set(skus))), of=Item)
    return {item.sku: item for item in rows}


def items(tenant_id: int, ids: Iterable[int]) -> dict[int, Item]:
    """The items with these ids."""
    rows = fetch_all(_ITEM + " AND id = ANY (%s)", (tenant_id, list(set(ids))), of=Item)
    return {item.id: item for item in rows}


def items_by_barcode(tenant_id: int, texts: Sequence[str]) -> dict[str, tuple[int, int]]:
    """For each known barcode text: the item's id and the base units one scan stands for. A bare SKU is its own barcode."""
    rows = fetch_all(
        """SELECT sku, id, 1 FROM catalog_item WHERE tenant_id = %(tenant)s AND sku = ANY (%(texts)s)
           UNION ALL SELECT text, item_id, quantity FROM catalog_barcode WHERE tenant_id = %(tenant)s AND text = ANY (%(texts)s)""",
        {"tenant": tenant_id, "texts": list(set(texts))},
    )
    return {text: (item_id, quantity) for text, item_id, quantity in rows}


def nodes(tenant_id: int) -> dict[int, Node]:
    """Every node, by id."""
    return {node.id: node for node in fetch_all(_NODE + " ORDER BY code", (tenant_id,), of=Node)}


def node_by_code(tenant_id: int, code: str) -> Node:
    """The node with this code; refuses an unknown one."""
    rows = fetch_all(_NODE + " AND code = %s", (tenant_id, code), of=Node)
    if not rows:
        raise NotFound(kind="node", code=code, field="node")
    return rows[0]


def owners(tenant_id: int) -> dict[int, Owner]:
    """Every owner, by id."""
    return {o.id: o for o in fetch_all("SELECT id, code, name FROM catalog_owner WHERE tenant_id = %s", (tenant_id,), of=Owner)}


def owner_by_code(tenant_id: int, code: str) -> Owner:
    """The owner with this code; refuses an unknown one."""
    for owner in owners(tenant_id).values():
        if owner.code == code:
            return owner
    raise NotFound(kind="owner", code=code, field="owner")
