"""What the promise wing's pages read beyond what its rooms tell: figures over all orders, the latest events, lists of stock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from orderhouse.contract.audit.state import audit_state
from orderhouse.contract.audit.violations import open_violations
from orderhouse.database import fetch_all, fetch_one, fetch_value, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at
from orderhouse.oms.promise.queries import available_to_promise

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


@dataclass(frozen=True, slots=True)
class Proof:
    """The last examination of the books, by the auditor or a person: when, up to which movement, and how many rows broke a rule."""

    at: datetime
    movements: int
    last_movement_id: int
    violations: int


def proof(tenant_id: int) -> Proof | None:
    """The last examination, None before the first. What the auditor found broken stands until it is right again."""
    with unit_of_work(tenant_id):
        asked, audited = _proof(tenant_id), audit_state(tenant_id)
        open_now = len(open_violations(tenant_id))
    if audited and (asked is None or audited.proven_at > asked.at):
        return Proof(audited.proven_at, audited.movements, audited.last_movement_id, open_now)
    return asked


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


def next_cutoff(tenant_id: int, now: datetime) -> datetime | None:
    """The next moment by which orders that have a node must leave."""
    with unit_of_work(tenant_id):
        moment: datetime | None = fetch_value(sql.load(__file__, "cutoff"), {"tenant": tenant_id, "now": now})
    return moment


@dataclass(frozen=True, slots=True)
class Trouble:
    """A group of things that went otherwise than planned: what, how many, the oldest of them; ``code`` narrows it."""

    kind: str
    code: str
    count: int
    oldest_at: datetime


def troubles(tenant_id: int, *, now: datetime, limit: int = 12) -> list[Trouble]:
    """What waits for somebody in the promise wing: late orders, holds, rejected releases, lost or short units that wait without
    a date, invalid orders, dead letters; one statement."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "troubles"), {"tenant": tenant_id, "now": now, "limit": limit}, of=Trouble)


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
class FoundItem:
    """An item somebody may have meant, with what may be promised of it; ``barcode_units`` where a barcode named it, else 0."""

    item_id: int
    sku: str
    name: str
    barcode_units: int
    free: int


def find_items(tenant_id: int, text: str, channel_id: int | None = None, limit: int = 10) -> list[FoundItem]:
    """Active items by barcode, by the beginning of the SKU, or by a part of the name, the surest first; two statements."""
    wanted = text.replace("\x00", "").strip()[:100]
    if not wanted:
        return []
    like = wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    params = {"tenant": tenant_id, "text": wanted, "like": like, "limit": limit}
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "find_items"), params)
        free = available_to_promise(tenant_id, [row[0] for row in rows], channel_id) if rows else {}
    return [FoundItem(item_id, sku, name, units, free[item_id]) for item_id, sku, name, units in rows]


def day_began(tenant_id: int, now: datetime) -> datetime:
    """When today began where the business keeps its goods: in its first node's time zone, or UTC."""

    with unit_of_work(tenant_id):
        zone = fetch_value("SELECT time_zone FROM catalog_node WHERE tenant_id = %s ORDER BY id LIMIT 1", (tenant_id,))
    return now.astimezone(ZoneInfo(zone or "UTC")).replace(hour=0, minute=0, second=0, microsecond=0)
