"""Cancel many orders and give what they free to those who wait."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.cancel_orders import cancel_orders
from orderhouse.oms.orders.cancellation import CancelOutcome
from orderhouse.oms.sourcing.serve_waiting import serve_later


def cancel_many(*, by: By, order_ids: Collection[int], reason: str) -> CancelOutcome:
    """Cancel what is open of these orders (see :func:`cancel_orders`, which refuses all where one has shipped whole); once
    that has committed, the freed stock serves those who wait."""
    with unit_of_work(by.tenant_id):
        outcome = cancel_orders(by=by, order_ids=order_ids, reason=reason)
        serve_later(by=by, item_ids=outcome.freed_item_ids)
    return outcome
