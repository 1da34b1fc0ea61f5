"""Cancel orders, as far as they have not shipped."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.kernel.actors import By
from orderhouse.oms.orders.cancellation import CancelOutcome, cancel


def cancel_orders(*, by: By, order_ids: Collection[int], reason: str) -> CancelOutcome:
    """Cancel whatever has not shipped of these orders (domain §3, first row).

    Units nobody works on are cancelled in this commit and their stock is free in it. Units at a node are asked back; the
    node's answer cancels them, or they ship. Repeating it changes nothing more. Raises NotFound, InvalidInput without a
    reason, :class:`cancellation.CannotCancelShipped` when every unit of one of the orders has shipped; then nothing is cancelled.
    """
    return cancel(by, dict.fromkeys(order_ids), dict.fromkeys(order_ids, reason))
