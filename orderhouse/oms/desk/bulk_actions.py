"""Actions on many orders, as they were asked for and as far as they have got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel.errors import NotFound

BATCH = 100
"""Orders rehearsed or done in one transaction: a few hundred milliseconds of locks at most."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """One action. ``total`` = ``rehearsed`` + those to come; of the rehearsed, ``allowed`` would be done and the rest is
    refused; ``settled`` of the allowed have been gone through: ``done``, ``changed`` since they were shown, or refused."""

    id: int
    verb: str
    arguments: dict[str, Any]
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undoes: int | None
    total: int
    rehearsed: int
    allowed: int
    settled: int
    done: int
    changed: int


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """One order of it: as it was seen, as the rehearsal left it, as it was left, each the facts of a ``Standing``."""

    order_id: int
    number: str
    seen: dict[str, Any] | None
    foreseen: dict[str, Any] | None
    why_not: str
    done: dict[str, Any] | None
    outcome: str


def bulk_action(tenant_id: int, bulk_id: int) -> Bulk:
    """One of them with its counts; refuses an unknown one."""
    with unit_of_work(tenant_id):
        row = fetch_one(
            """SELECT b.id, b.verb, b.arguments::text, b.asked_by, b.asked_at, b.started_at, b.finished_at, b.undoes,
                      o.total, o.rehearsed, o.allowed, o.settled, o.done, o.changed
               FROM oms_bulk b CROSS JOIN LATERAL (
                 SELECT count(*)::int AS total, count(*) FILTER (WHERE seen IS NOT NULL OR why_not <> '')::int AS rehearsed,
                        count(*) FILTER (WHERE foreseen IS NOT NULL)::int AS allowed,
                        count(*) FILTER (WHERE foreseen IS NOT NULL AND outcome <> '')::int AS settled,
                        count(*) FILTER (WHERE outcome = 'done')::int AS done,
                        count(*) FILTER (WHERE outcome = 'changed')::int AS changed
                 FROM oms_bulk_order WHERE tenant_id = b.tenant_id AND bulk_id = b.id) o
               WHERE b.tenant_id = %s AND b.id = %s""",
            (tenant_id, bulk_id),
        )
    if row is None:
        raise NotFound(kind="action on orders", code=bulk_id, field="bulk")
    return Bulk(row[0], row[1], orjson.loads(row[2]), *row[3:])


def bulk_orders(tenant_id: int, bulk_id: int, *, after: int = -1, limit: int = 500) -> list[BulkOrder]:
    """Its orders, as they were listed."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT b.order_id, o.number, b.seen::text, b.foreseen::text, b.why_not, b.done::text, b.outcome
               FROM oms_bulk_order b JOIN oms_order o ON o.tenant_id = b.tenant_id AND o.id = b.order_id
               WHERE b.tenant_id = %s AND b.bulk_id = %s AND b.place > %s ORDER BY b.place LIMIT %s""",
            (tenant_id, bulk_id, after, limit),
        )
    return [BulkOrder(row[0], row[1], _facts(row[2]), _facts(row[3]), row[4], _facts(row[5]), row[6]) for row in rows]


def order_ids_done(tenant_id: int, bulk_id: int) -> list[int]:
    """The orders it was done to."""
    with unit_of_work(tenant_id):
        return [
            row[0]
            for row in fetch_all(
                "SELECT order_id FROM oms_bulk_order WHERE tenant_id = %s AND bulk_id = %s AND outcome = 'done' ORDER BY place",
                (tenant_id, bulk_id),
            )
        ]


def _facts(text: str | None) -> dict[str, Any] | None:
    return None if text is None else dict(orjson.loads(text))
