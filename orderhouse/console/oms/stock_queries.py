"""What the stock pages read of the promise book and of the orders behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import gtin

EXPIRES_WITHIN = timedelta(days=30)
LOW = 5
"""At most so many free units are few, whatever the item."""

TABS = ("all", "out", "low", "short", "expiring", "aside")
_TAB = {
    "all": "true",
    "out": "available <= 0",
    "low": "low",
    "short": "owed + waiting > 0",
    "expiring": "expiring > 0",
    "aside": "aside > 0",
}
SORTS = {
    "sku": "sku",
    "available": "available",
    "-available": "-available",
    "on_hand": "on_hand",
    "-on_hand": "-on_hand",
    "-reserved": "-reserved",
    "-released": "-released",
    "-waiting": "-waiting",
    "-incoming": "-incoming",
    "-aside": "-aside",
}
"""How the list may be sorted, and the expression that does it; always ascending, then by id."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """An item's units over the nodes asked for. ``expiring`` units belong to lots that expire first on ``expires_on``."""

    item_id: int
    sku: str
    name: str
    on_hand: int
    reserved: int
    released: int
    safety: int
    safety_target: int
    owed: int
    available: int
    waiting: int
    incoming: int
    due_at: datetime | None
    aside: int
    expiring: int
    expires_on: date | None
    low: bool


@dataclass(frozen=True, slots=True)
class StockPage:
    """A page of the list, how many items every tab has, and where the next page begins ("" where there is none)."""

    rows: list[StockRow]
    counts: dict[str, int] = field(default_factory=dict)
    next: str = ""


def stock_page(
    tenant_id: int,
    *,
    today: date,
    tab: str = "all",
    sort: str = "sku",
    search: str = "",
    node: str = "",
    after: str = "",
    limit: int = 50,
) -> StockPage:
    """Active items whose SKU or name holds ``search`` or whose barcode it is, after the cursor ``after``; one statement."""
    tab, sort = tab if tab in _TAB else "all", sort if sort in SORTS else "sku"
    plain = search.replace("\x00", "").strip()[:100]
    key, _, last_id = after.replace("\x00", "").rpartition(":")
    whole = last_id.isascii() and last_id.isdigit() and len(last_id) < 20
    if sort != "sku":
        whole = whole and key.lstrip("-").isascii() and key.lstrip("-").isdigit() and len(key) < 19
    statement = sql.load(__file__, "stock_page").replace("{tab}", _TAB[tab]).replace("{key}", SORTS[sort])
    params: dict[str, Any] = {
        "tenant": tenant_id,
        "node": node or None,
        "like": plain.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_"),
        "barcodes": [plain, _gtin(plain)],
        "until": today + EXPIRES_WITHIN,
        "few": LOW,
        "after_id": int(last_id) if whole else None,
        "after_key": (key if sort == "sku" else int(key)) if whole else None,
        "limit": limit + 1,
    }
    statement = statement.replace("{type}", "text" if sort == "sku" else "bigint")
    with unit_of_work(tenant_id):
        rows = fetch_all(statement, params)
    counts = dict(zip(TABS, rows[0][: len(TABS)], strict=True))
    keys = [row[len(TABS)] for row in rows]
    found = [StockRow(*row[len(TABS) + 1 :]) for row in rows if row[len(TABS) + 1] is not None]
    more = f"{keys[limit - 1]}:{found[limit - 1].item_id}" if len(found) > limit else ""
    return StockPage(found[:limit], counts, more)


def _gtin(text: str) -> str:
    try:
        return gtin(text)
    except Exception:  # whatever it is, it is no barcode of the catalog's own writing
        return text


@dataclass(frozen=True, slots=True)
class Claim:
    """Units of an item that an order holds at a node, or waits for (``node`` is empty then)."""

    order_id: int
    number: str
    state: str
    customer: str
    channel: str
    node: str
    release: str
    units: int
    placed_at: datetime
    promised_at: datetime | None
    due_date: date | None


CLAIMS = ("reserved", "released", "waiting")


def claims(tenant_id: int, item_id: int, kind: str, *, node_id: int | None = None, limit: int = 200) -> list[Claim]:
    """The orders that make an item's reserved, released or waited-for units, the oldest first. Inside a unit of work."""
    statement = sql.load(__file__, f"stock_{kind}" if kind in CLAIMS else "stock_waiting")
    return fetch_all(statement, {"tenant": tenant_id, "item": item_id, "node": node_id, "limit": limit}, of=Claim)


def waited_for(tenant_id: int, item_id: int) -> int:
    """Units of an item that orders wait for. Inside a unit of work."""
    return int(
        fetch_value(
            """SELECT coalesce(sum(backordered), 0) FROM oms_order_line
               WHERE tenant_id = %s AND item_id = %s AND backordered > 0""",
            (tenant_id, item_id),
        )
    )


@dataclass(frozen=True, slots=True)
class Incoming:
    """Announced units of an item."""

    receipt: str
    node: str
    units: int
    due_at: datetime


def incoming(tenant_id: int, item_id: int) -> list[Incoming]:
    """What is announced and not settled, the first due in front. Inside a unit of work."""
    return fetch_all(
        """SELECT c.receipt_number AS receipt, n.code AS node, c.quantity AS units, c.due_at
           FROM oms_incoming c JOIN catalog_node n ON n.tenant_id = c.tenant_id AND n.id = c.node_id
           WHERE c.tenant_id = %s AND c.item_id = %s AND c.settled_at IS NULL ORDER BY c.due_at, c.id LIMIT 100""",
        (tenant_id, item_id),
        of=Incoming,
    )


@dataclass(frozen=True, slots=True)
class Building:
    """What lies in a node by the physical book of the same database: good stock, and what stands aside by state."""

    node_id: int
    good: int
    aside: int


def buildings(tenant_id: int, item_id: int) -> dict[int, Building]:
    """The physical book's part of an item by node; empty where no floor stands in this database. Inside a unit of work."""
    rows = fetch_all(
        """SELECT a.node_id,
             coalesce(sum(a.balance) FILTER (WHERE a.state IN ('good', 'allocated', 'picked', 'packed')), 0)::bigint AS good,
             coalesce(sum(a.balance) FILTER (WHERE a.state NOT IN ('good', 'allocated', 'picked', 'packed')), 0)::bigint AS aside
           FROM ledger_account a
           WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.item_id = %(item)s AND NOT a.outside AND a.balance <> 0
             AND a.node_id IN (SELECT id FROM catalog_node WHERE tenant_id = %(tenant)s)
           GROUP BY a.node_id""",
        {"tenant": tenant_id, "item": item_id},
        of=Building,
    )
    return {row.node_id: row for row in rows}


def reports_on_the_way(tenant_id: int) -> dict[str, int]:
    """Stock reports that wait to be delivered to the promise book, by node code. Inside a unit of work."""
    return dict(
        fetch_all(
            """SELECT subject, count(*) FROM contract_outbox
               WHERE tenant_id = %s AND state = 'waiting' AND destination = 'oms' AND type LIKE 'Inventory%%' GROUP BY subject""",
            (tenant_id,),
        )
    )


def numbers_of(tenant_id: int, orders: set[int], releases: set[int]) -> tuple[dict[int, str], dict[int, tuple[int, str]]]:
    """Order numbers by id, and of releases the order and their number. Inside a unit of work."""
    named = dict(fetch_all("SELECT id, number FROM oms_order WHERE tenant_id = %s AND id = ANY (%s)", (tenant_id, list(orders))))
    rows = fetch_all(
        "SELECT id, order_id, number FROM oms_release WHERE tenant_id = %s AND id = ANY (%s)", (tenant_id, list(releases))
    )
    return named, {release_id: (order_id, number) for release_id, order_id, number in rows}
