"""Hold one order."""

from __future__ import annotations

from orderhouse.kernel.actors import By
from orderhouse.oms.orders.hold_orders import HoldOutcome, hold_orders


def hold_order(*, by: By, order_id: int, kind: str = "manual", reason: str) -> HoldOutcome:
    """Hold one order (see :func:`hold_orders`); what a node gives back is promised again but not released."""
    return hold_orders(by=by, order_ids=[order_id], kind=kind, reason=reason)
