"""A node has taken units back: their stock is pickable again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.messages import ReleaseCancelled
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.releases import store
from orderhouse.oms.releases.give_back import give_back, meet_orders
from orderhouse.oms.releases.store import Settlement


def confirm_cancellations(*, by: By, messages: Sequence[ReleaseCancelled]) -> None:
    """Units the order wanted cancelled are cancelled; units recalled for another reason (a hold) wait to be sourced again."""
    with unit_of_work(by.tenant_id):
        meet_orders(by=by, releases=(message.release for message in messages))
        locked = store.lock_release_lines(by.tenant_id, (message.release for message in messages))
        freed: dict[tuple[str, int], int] = defaultdict(int)
        for message in messages:
            for line in message.lines:
                freed[message.release, line.line_number] += line.quantity
        wanted: dict[int, int] = {row.line_id: row.cancel_wanted for rows in locked.values() for row in rows.values()}
        settlements = []
        for (number, line_number), quantity in freed.items():
            row = locked[number].get(line_number)
            units = min(quantity, row.open) if row else 0
            if row and units:
                given_up = min(units, wanted[row.line_id])
                wanted[row.line_id] -= given_up
                settlements.append(Settlement(row, cancelled=units, given_up=given_up))
        if settlements:
            give_back(by=by, settlements=settlements, event="release-cancelled")
