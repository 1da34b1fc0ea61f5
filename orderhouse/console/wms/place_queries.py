"""What the pages of bins, totes, lots and items on the floor read beyond what the floor's rooms tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orderhouse.database import fetch_all, fetch_one
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class CountOfBin:
    """A count of an item in a bin, made or asked for; ``expected`` and ``counted`` are None until it is made."""

    id: int
    item_id: int
    sku: str
    reason: str
    state: str
    expected: int | None
    counted: int | None
    badge: str
    counted_at: datetime | None


def counts_of_bin(tenant_id: int, location_id: int, *, limit: int = 20) -> list[CountOfBin]:
    """The latest counts of a bin, newest first. Inside a unit of work, as all of these."""
    return fetch_all(
        """SELECT c.id, c.item_id, i.sku, c.reason, c.state, c.expected, c.counted, coalesce(c.badge, '') AS badge, c.counted_at
           FROM wms_count_task c JOIN catalog_item i ON i.tenant_id = c.tenant_id AND i.id = c.item_id
           WHERE c.tenant_id = %s AND c.location_id = %s AND c.state <> 'cancelled' ORDER BY c.id DESC LIMIT %s""",
        (tenant_id, location_id, limit),
        of=CountOfBin,
    )


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot or serial with its item."""

    id: int
    item_id: int
    sku: str
    name: str
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool
    first_received_at: datetime

    @property
    def called(self) -> str:
        return self.lot_number or self.serial_number


def lot_facts(tenant_id: int, lot_id: int) -> LotFacts:
    """One lot; refuses an unknown id."""
    found = fetch_one(
        """SELECT l.id, l.item_id, i.sku, i.name, l.lot_number, l.serial_number, l.expires_on, l.held, l.first_received_at
           FROM ledger_lot l JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
           WHERE l.tenant_id = %s AND l.id = %s""",
        (tenant_id, lot_id),
        of=LotFacts,
    )
    if found is None:
        raise NotFound(kind="lot", code=lot_id, field="lot_id")
    return found


@dataclass(frozen=True, slots=True)
class Went:
    """Units of a lot that an order got, in a parcel: a line of the recall list."""

    outbound_id: int
    order_number: str
    release_number: str
    node: str
    customer: str
    country: str
    sscc: str
    carrier: str
    tracking: str
    state: str
    units: int
    shipped_at: datetime | None


def recall_list(tenant_id: int, lot_id: int) -> list[Went]:
    """Every parcel with units of the lot, the latest first; one statement."""
    return fetch_all(sql.load(__file__, "lot_recall"), {"tenant": tenant_id, "lot": lot_id}, of=Went)


@dataclass(frozen=True, slots=True)
class LotOfItem:
    """A lot of an item with what is left of it."""

    id: int
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool
    units: int
    places: int


def lots_of_item(tenant_id: int, item_id: int, *, limit: int = 100) -> list[LotOfItem]:
    """The lots of an item of which something lies somewhere, the first to expire in front."""
    return fetch_all(sql.load(__file__, "lots_of_item"), {"tenant": tenant_id, "item": item_id, "limit": limit}, of=LotOfItem)


@dataclass(frozen=True, slots=True)
class Unit:
    """A tote, cart, pallet or parcel with what it is for."""

    id: int
    node: str
    kind: str
    code: str
    outbound_id: int | None
    release_number: str
    order_number: str
    parcel_state: str
    tracking: str
    carrier: str
    weight_grams: int
    tour: str
    wave: str
    parent: str


def handling_unit(tenant_id: int, node_id: int, code: str) -> Unit:
    """One handling unit by the code on it; refuses an unknown one."""
    found = fetch_one(sql.load(__file__, "unit_facts"), {"tenant": tenant_id, "node": node_id, "code": code}, of=Unit)
    if found is None:
        raise NotFound(kind="handling unit", code=code, field="code")
    return found


@dataclass(frozen=True, slots=True)
class FloorRow:
    """An item in a node's physical book."""

    item_id: int
    sku: str
    name: str
    good: int
    allocated: int
    in_hand: int
    aside: int


def floor_stock(
    tenant_id: int, *, tab: str, search: str, node_id: int | None, after: str, limit: int
) -> tuple[list[FloorRow], dict[str, int]]:
    """A page of active items by SKU with the physical book's figures, and how many items each tab has."""
    plain = search.replace("\x00", "").replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    rows = fetch_all(
        sql.load(__file__, "floor_stock"),
        {
            "tenant": tenant_id,
            "tab": tab,
            "like": plain,
            "barcode": search.replace("\x00", ""),
            "node": node_id,
            "after": after.replace("\x00", ""),
            "limit": limit,
        },
    )
    counts = {"all": rows[0][0], "out": rows[0][1], "aside": rows[0][2]}
    return [FloorRow(*row[3:]) for row in rows if row[3] is not None], counts
