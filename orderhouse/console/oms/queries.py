"""What the promise wing's pages read beyond what its rooms tell: figures over all orders, the latest events, lists of stock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from orderhouse.database import fetch_all, fetch_one, fetch_value, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at

STAGES = ("captured", "held", "reserved", "released", "picking", "packed", "shipped")
"""The river, from source to mouth; ``backordered`` orders wait beside it."""

RISK = timedelta(hours=2)
"""An order that must leave within this time and has not is at risk."""

_TOLD_BY_OTHERS = (
    "books-proven",
    "demo-seeded",
    "cancel-taken",
    "goods-received",
    "goods-put-away",
    "release-accepted",
    "release-waved",
    "release-picked",
    "release-shipped",
    "parcel-manifested",
    "parcel-shipped",
    "wave-planned",
)
"""Events whose news another event brings as well: they stand in the stories, not in the list of the latest."""

_ENTERS = {
    "order-placed": "captured",
    "order-held": "held",
    "order-sourced": "reserved",
    "order-released": "released",
    "order-shipped": "shipped",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The last examination of the books: when, up to which movement, and how many rows broke a rule."""

    at: datetime
    movements: int
    last_movement_id: int
    violations: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The business at one moment. ``stages`` counts orders standing at each stage now (shipped: today); ``flow`` those that
    came to a stage within the last hour, for the stages that events tell of."""

    at: datetime
    orders_today: int
    units_today: int
    cutoff_at: datetime | None
    orders_by_cutoff: int
    late: int
    at_risk: int
    backordered: int
    invalid: int
    stages: dict[str, int]
    flow: dict[str, int]
    proof: Proof | None


def standing(tenant_id: int, *, now: datetime, midnight: datetime) -> Standing:
    """All figures of the home page; ``midnight`` is when the business's day began. Seven statements."""
    params: dict[str, Any] = {"tenant": tenant_id, "now": now, "soon": now + RISK}
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "standing"), params)
        cutoff_at, by_cutoff = fetch_one(sql.load(__file__, "cutoff"), params) or (None, 0)
        orders, units = fetch_one(
            """SELECT count(DISTINCT o.id)::int, coalesce(sum(l.ordered), 0)::bigint
               FROM oms_order o JOIN oms_order_line l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
               WHERE o.tenant_id = %s AND o.received_at >= %s""",
            (tenant_id, midnight),
        ) or (0, 0)
        shipped = fetch_value(
            "SELECT count(DISTINCT order_id)::int FROM oms_shipment WHERE tenant_id = %s AND id >= %s AND shipped_at >= %s",
            (tenant_id, first_id_at(midnight), midnight),
        )
        invalid = fetch_value("SELECT count(*)::int FROM oms_invalid_order WHERE tenant_id = %s AND state = 'open'", (tenant_id,))
        flow = fetch_all(
            "SELECT type, count(*)::int FROM contract_event WHERE tenant_id = %s AND id >= %s AND type = ANY (%s) GROUP BY type",
            (tenant_id, first_id_at(now - timedelta(hours=1)), list(_ENTERS)),
        )
        proof = _proof(tenant_id)
    stages = {stage: count for stage, count, _, _ in rows}
    return Standing(
        now,
        orders,
        units,
        cutoff_at,
        by_cutoff if cutoff_at else 0,
        sum(late for _, _, late, _ in rows),
        sum(at_risk for _, _, _, at_risk in rows),
        stages.pop("backordered", 0),
        invalid,
        {stage: stages.get(stage, 0) for stage in STAGES} | {"shipped": shipped},
        {_ENTERS[kind]: count for kind, count in flow},
        proof,
    )


def _proof(tenant_id: int) -> Proof | None:
    row = fetch_one(
        """SELECT at, facts::text FROM contract_event
           WHERE tenant_id = %s AND subject_kind = 'business' AND subject_id = %s AND type = 'books-proven'
           ORDER BY id DESC LIMIT 1""",
        (tenant_id, tenant_id),
    )
    if row is None:
        return None
    facts = orjson.loads(row[1])
    return Proof(row[0], facts["movements"], facts["last_movement_id"], facts["violations"])


@dataclass(frozen=True, slots=True)
class LatestEvent:
    """An event as a list shows it; the order is the one it happened to, or whose release it happened to."""

    id: int
    at: datetime
    type: str
    subject_kind: str
    subject_id: int
    actor: str
    facts: dict[str, Any]
    order_id: int | None
    order_number: str | None


def latest_events(tenant_id: int, *, since: datetime, limit: int = 14) -> list[LatestEvent]:
    """The latest events, newest first, none older than ``since``."""
    quiet = [*_TOLD_BY_OTHERS]
    params = {"tenant": tenant_id, "from_id": first_id_at(since), "types": quiet, "limit": limit}
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "latest_events"), params)
    return [LatestEvent(*[*row[:6], orjson.loads(row[6]), *row[7:]]) for row in rows]


def nodes_of_orders(tenant_id: int, order_ids: Collection[int]) -> dict[int, list[str]]:
    """The codes of the nodes each order ships from; orders nobody ships yet are absent."""
    with unit_of_work(tenant_id):
        return dict(fetch_all(sql.load(__file__, "nodes_of_orders"), {"tenant": tenant_id, "orders": list(order_ids)}))


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """An item's units in the promise book over all nodes, and the units orders wait for."""

    item_id: int
    sku: str
    name: str
    available: int
    reserved: int
    released: int
    safety: int
    shortage: int
    waiting: int

    @property
    def on_hand(self) -> int:
        """What the nodes reported, less what they owe."""
        return self.available + self.reserved + self.released + self.safety - self.shortage


def stock_list(tenant_id: int, *, search: str = "", after: str = "", limit: int = 50) -> list[ItemFigures]:
    """Active items by SKU after ``after``; ``search`` is part of the SKU or the name."""
    wanted = search.replace("\x00", "").replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    params = {"tenant": tenant_id, "search": wanted, "after": after.replace("\x00", ""), "limit": limit}
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "stock_list"), params, of=ItemFigures)


@dataclass(frozen=True, slots=True)
class PromiseMovement:
    """Units that went from one state to another at a node."""

    id: int
    at: datetime
    quantity: int
    from_state: str
    to_state: str
    node: str
    cause: str
    actor: str


def latest_movements(tenant_id: int, item_id: int, limit: int = 30) -> list[PromiseMovement]:
    """The item's latest movements in the promise book, newest first."""
    with unit_of_work(tenant_id):
        return fetch_all(
            sql.load(__file__, "latest_movements"), {"tenant": tenant_id, "item": item_id, "limit": limit}, of=PromiseMovement
        )


def day_began(tenant_id: int, now: datetime) -> datetime:
    """When today began where the business keeps its goods: in its first node's time zone, or UTC."""

    with unit_of_work(tenant_id):
        zone = fetch_value("SELECT time_zone FROM catalog_node WHERE tenant_id = %s ORDER BY id LIMIT 1", (tenant_id,))
    return now.astimezone(ZoneInfo(zone or "UTC")).replace(hour=0, minute=0, second=0, microsecond=0)
