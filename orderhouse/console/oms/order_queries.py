"""What the order's page reads beyond the order: who bought it, what was said about it, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.oms.orders.queries import OrderDetail

MOST_LETTERS = 400


@dataclass(frozen=True, slots=True)
class Buyer:
    """The customer as known, and how many other orders are theirs."""

    reference: str
    name: str
    email: str
    phone: str
    others: int


@dataclass(frozen=True, slots=True)
class SaidLetter:
    """A letter about the order, to a node, to its channel or from a node."""

    id: int
    source: str
    destination: str
    type: str
    subject: str
    payload: Any
    actor: str
    state: str
    error: str
    created_at: datetime
    next_try_at: datetime | None


def buyer(tenant_id: int, order: OrderDetail) -> Buyer | None:
    """Who bought the order; None for an anonymous one."""
    if order.customer_id is None:
        return None
    with unit_of_work(tenant_id):
        row = fetch_one(
            """SELECT c.reference, c.name, c.email, c.phone,
                      (SELECT count(*) FROM oms_order o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id AND o.id <> %s)
               FROM oms_customer c WHERE c.tenant_id = %s AND c.id = %s""",
            (order.id, tenant_id, order.customer_id),
        )
    return None if row is None else Buyer(*row)


def letters(tenant_id: int, order: OrderDetail) -> list[SaidLetter]:
    """What was said about the order and its releases and returns, the oldest first; at most the first 400."""
    subjects = [order.number, *(release.number for release in order.releases), *(each.number for each in order.returns)]
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id, source, destination, type, subject, payload::text, actor, state, error, created_at, next_try_at
               FROM contract_outbox WHERE tenant_id = %s AND subject = ANY (%s) ORDER BY id LIMIT %s""",
            (tenant_id, subjects, MOST_LETTERS),
        )
    return [SaidLetter(*[*row[:5], orjson.loads(row[5]), *row[6:]]) for row in rows]


def next_due(order: OrderDetail) -> date | None:
    """When a receipt should serve the last of what waits; None where nothing is announced for some of it."""
    due = [line.due_date for line in order.lines if line.backordered]
    known = [each for each in due if each is not None]
    return max(known) if due and len(known) == len(due) else None


def returnable(tenant_id: int, order: OrderDetail) -> dict[int, int]:
    """Units that left and that no return was authorized for, by line number; lines without any are absent."""
    with unit_of_work(tenant_id):
        claimed = dict(
            fetch_all(
                """SELECT l.line_number, sum(l.quantity)::int FROM oms_return r
                   JOIN oms_return_line l ON l.tenant_id = r.tenant_id AND l.return_id = r.id
                   WHERE r.tenant_id = %s AND r.order_id = %s AND r.state <> 'declined' GROUP BY l.line_number""",
                (tenant_id, order.id),
            )
        )
    left = {line.line_number: line.shipped - claimed.get(line.line_number, 0) for line in order.lines}
    return {number: units for number, units in left.items() if units > 0}


def dead_letters(said: list[SaidLetter], order: OrderDetail) -> list[SaidLetter]:
    """Messages to the order's channel that were given up."""
    return [letter for letter in said if letter.state == "dead" and letter.destination == f"channel:{order.channel}"]
