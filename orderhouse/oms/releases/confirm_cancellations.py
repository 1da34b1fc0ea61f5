"""A node has taken units back: their stock is pickable again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.messages import ReleaseCancelled
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.book.lock_books import lock_books
from orderhouse.oms.orders import store as orders
from orderhouse.oms.releases import store
from orderhouse.oms.releases.give_back import give_back
from orderhouse.oms.releases.store import Settlement


def confirm_cancellations(*, by: By, messages: Sequence[ReleaseCancelled]) -> None:
    """Units the order wanted cancelled are cancelled; units recalled for another reason (a hold) wait to be sourced again."""
    with unit_of_work(by.tenant_id):
        locked = store.lock_release_lines(by.tenant_id, (message.release for message in messages))
        freed: dict[tuple[str, int], int] = defaultdict(int)
        for message in messages:
            for line in message.lines:
                freed[message.release, line.line_number] += line.quantity
        settlements = []
        for (number, line_number), quantity in freed.items():
            row = locked[number].get(line_number)
            units = min(quantity, row.open) if row else 0
            if row and units:
                settlements.append(Settlement(row, cancelled=units))
        if settlements:
            # A cancellation of the same orders may be waiting for this answer, to free what else they have (ADR 11).
            lines = orders.read_lines(by.tenant_id, {s.row.order_id for s in settlements})
            lock_books(by.tenant_id, {line.item_id for line in lines})
            give_back(by=by, settlements=settlements, event="release-cancelled")
