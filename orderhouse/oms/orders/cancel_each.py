"""Cancel orders, each as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from orderhouse.kernel.actors import By
from orderhouse.oms.orders.cancellation import CancelOutcome, cancel


class Withdrawal(NamedTuple):
    """An order, or units of it by line number, that is wanted no more, and why."""

    order_id: int
    lines: Mapping[int, int] | None
    reason: str


def cancel_each(*, by: By, withdrawals: Sequence[Withdrawal]) -> CancelOutcome:
    """Cancel a batch in one go, all or nothing, as :func:`cancel_lines.cancel_lines` does one. Asked together, all nodes answer
    before the first order is locked. An order that stands twice is cancelled by the sum, for the first reason."""
    wanted: dict[int, dict[int, int] | None] = {}
    reasons: dict[int, str] = {}
    for each in withdrawals:
        reasons.setdefault(each.order_id, each.reason)
        so_far = wanted.get(each.order_id, {})
        if each.lines is None or so_far is None:
            wanted[each.order_id] = None
        else:
            wanted[each.order_id] = so_far | {n: so_far.get(n, 0) + units for n, units in each.lines.items()}
    return cancel(by, wanted, reasons)
