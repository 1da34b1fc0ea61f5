"""When stock comes, waiting lines are served by priority, then age, with nobody asking."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.sourcing import store
from orderhouse.oms.sourcing.source_orders import Sourced, source_orders

AT_ONCE = 500
"""Orders served by one call."""


def serve_backorders(*, by: By, item_ids: Collection[int] | None = None, limit: int = AT_ONCE) -> list[Sourced]:
    """Source again the most urgent orders with waiting units of ``item_ids`` (every item if None) that some node has free.

    At most ``limit`` orders; a later call goes on with the rest. Answers those that gained units.
    """
    with unit_of_work(by.tenant_id):
        order_ids = store.waiting_orders(by.tenant_id, item_ids, limit)
        return [sourced for sourced in source_orders(by=by, order_ids=order_ids) if sourced.reserved] if order_ids else []
