"""When stock comes, waiting lines are served by priority, then age, with nobody asking."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.sourcing import store
from orderhouse.oms.sourcing.source_orders import Sourced, source_orders

AT_ONCE = 500
"""Orders served by one call."""


def meet_waiting_orders(*, by: By, item_ids: Collection[int], also: Collection[int] = ()) -> None:
    """To be called by whoever will free stock of ``item_ids`` and then serve backorders, before the stock's accounts are
    locked: orders come before accounts in the house's lock order, so two trucks at two docks do not deadlock.
    ``also`` are orders the caller will lock itself."""
    if item_ids:
        with unit_of_work(by.tenant_id):
            store.lock_waiting_orders(by.tenant_id, item_ids, also, AT_ONCE)


def serve_backorders(*, by: By, item_ids: Collection[int] | None = None, limit: int = AT_ONCE) -> list[Sourced]:
    """Source again the most urgent orders with waiting units of ``item_ids`` (every item if None) that some node has free.

    At most ``limit`` orders; a later call goes on with the rest. Answers those that gained units.
    """
    with unit_of_work(by.tenant_id):
        order_ids = store.waiting_orders(by.tenant_id, item_ids, limit)
        return [sourced for sourced in source_orders(by=by, order_ids=order_ids) if sourced.reserved] if order_ids else []
