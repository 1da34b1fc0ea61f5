"""Cancel units of one order's lines."""

from __future__ import annotations

from collections.abc import Mapping

from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.orders.cancellation import CancelOutcome, cancel


def cancel_lines(*, by: By, order_id: int, lines: Mapping[int, int] | None, reason: str) -> CancelOutcome:
    """Cancel units of an order by line number; None for the whole order. As :func:`cancel_orders.cancel_orders`.

    More units than the line still has, or an unknown line number, are refused with InvalidInput.
    """
    if lines is not None and not lines:
        raise InvalidInput(field="lines", reason="names no line", remedy="Give line numbers with quantities.")
    return cancel(by, {order_id: lines}, {order_id: reason})
