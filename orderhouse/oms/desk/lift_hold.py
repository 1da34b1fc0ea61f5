"""Lift an order's holds and let it go on."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.book.lock_books import lock_books
from orderhouse.oms.orders.lift_holds import LiftOutcome, lift_holds
from orderhouse.oms.orders.store import read_lines
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.sourcing.source_orders import source_orders


def lift_hold(
    *, by: By, order_id: int, kinds: Collection[str] | None = None, reason: str = "", release: bool = False
) -> LiftOutcome:
    """Lift the holds of these kinds (None: all) from one order (see :func:`lift_holds`). Where none is left, what still waits is
    sourced again in the same commit, and with ``release`` what is reserved goes to its nodes."""
    with unit_of_work(by.tenant_id):
        outcome = lift_holds(by=by, order_ids=[order_id], kinds=kinds, reason=reason)
        if outcome.lifted and outcome.free:
            if release:  # two verbs that post to the same books: lock them once, in order
                lock_books(by.tenant_id, {line.item_id for line in read_lines(by.tenant_id, outcome.free)})
            source_orders(by=by, order_ids=outcome.free)
            if release:
                release_orders(by=by, order_ids=outcome.free)
    return outcome
