"""A node cannot ship some units of a release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.messages import ReleaseShorted
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.releases import store
from orderhouse.oms.releases.give_back import give_back
from orderhouse.oms.releases.store import Settlement


def short_releases(*, by: By, messages: Sequence[ReleaseShorted]) -> None:
    """Take the shorted units back: those the order wants cancelled are cancelled, the others sourced elsewhere; this node is not
    asked for those lines again.

    Whether the units still exist is told apart, by InventoryChanged: until it arrives they count as free at the node, and
    when it arrives (or came before) they leave.
    """
    with unit_of_work(by.tenant_id):
        locked = store.lock_release_lines(by.tenant_id, (message.release for message in messages))
        shorted: dict[tuple[str, int], int] = defaultdict(int)
        reasons: dict[tuple[str, int], str] = {}
        for message in messages:
            for line in message.lines:
                shorted[message.release, line.line_number] += line.quantity
                reasons[message.release, line.line_number] = line.reason or "short"
        settlements = []
        for (number, line_number), quantity in shorted.items():
            row = locked[number].get(line_number)
            if row and min(quantity, row.open):
                settlements.append(Settlement(row, shorted=min(quantity, row.open)))
        if settlements:
            store.refuse_lines(by, "short", [(s.row, reasons[s.row.release, s.row.line_number]) for s in settlements])
            give_back(by=by, settlements=settlements, event="release-shorted")
