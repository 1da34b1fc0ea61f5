"""Derive what state orders are in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.rules import check_step


class Step(NamedTuple):
    """An order's state changed."""

    order_id: int
    number: str
    before: str
    after: str


def derive_orders(*, by: By, order_ids: Iterable[int]) -> list[Step]:
    """Set each order's state from its lines, holds and parcels: the only writer of it after capture. Answers what changed.

    Two statements, whatever the size; locks the orders in id order. Raises :class:`rules.IllegalStep` where a state would
    follow one it must not follow: then some count is wrong, and nothing of the caller's transaction should stand.
    """
    ids = sorted(set(order_ids))
    if not ids:
        return []
    params = {"tenant": by.tenant_id, "orders": ids}
    with unit_of_work(by.tenant_id):
        execute(sql.load(__file__, "lock_orders"), params)
        steps = [Step(*row) for row in fetch_all(sql.load(__file__, "derive_orders"), params)]
        for step in steps:
            check_step(step.number, step.before, step.after)
    return steps
