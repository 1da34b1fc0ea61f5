"""Cancel an order and give what it frees to those who wait."""

from __future__ import annotations

from collections.abc import Mapping

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.cancel_lines import cancel_lines
from orderhouse.oms.orders.cancellation import CancelOutcome
from orderhouse.oms.sourcing.serve_waiting import serve_later


def cancel_order(*, by: By, order_id: int, reason: str, lines: Mapping[int, int] | None = None) -> CancelOutcome:
    """Cancel an order, or units of it by line number (see :func:`cancel_lines`); once that has committed, the freed stock
    serves those who wait."""
    with unit_of_work(by.tenant_id):
        outcome = cancel_lines(by=by, order_id=order_id, lines=lines, reason=reason)
        serve_later(by=by, item_ids=outcome.freed_item_ids)
    return outcome
