"""Which reservations give way when reserved stock is lost. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Reserved(NamedTuple):
    """Units of a line reserved at the node that lost stock, with what ranks the order."""

    order_line_id: int
    order_id: int
    quantity: int
    priority: int
    received_at: object


def give_way(quantity: int, reservations: Iterable[Reserved]) -> list[tuple[Reserved, int]]:
    """Take ``quantity`` units from the least urgent reservations: the highest priority number first, then the youngest order."""
    taken = []
    for reservation in sorted(reservations, key=lambda r: (r.priority, r.received_at, r.order_id, r.order_line_id), reverse=True):
        if quantity <= 0:
            break
        units = min(quantity, reservation.quantity)
        taken.append((reservation, units))
        quantity -= units
    return taken
