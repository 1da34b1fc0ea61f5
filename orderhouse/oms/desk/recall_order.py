"""Ask an order's released units back, so that the order can be changed."""

from __future__ import annotations

from orderhouse.kernel.actors import By
from orderhouse.oms.orders.hold_orders import HoldOutcome, hold_orders

KIND = "customer_request"


def recall_order(*, by: By, order_id: int, reason: str) -> HoldOutcome:
    """Hold the order for the customer, which asks every release back (domain §3): what nobody has picked comes back at once,
    what is picked after its put-back. As :func:`hold_orders`."""
    return hold_orders(
        by=by, order_ids=[order_id], kind=KIND, reason=f"recalled to be changed: {reason.strip()}" if reason.strip() else ""
    )
