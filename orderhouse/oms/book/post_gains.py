"""Units become free to promise again, or for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.book.rules import spread_gain
from orderhouse.oms.book.store import Key, lock_standings, safety_targets


class Gain(NamedTuple):
    """``quantity`` units leave ``source`` (node, reserved or released) and are free. The cause is the document that freed them."""

    key: Key
    quantity: int
    source: str
    cause: str
    cause_id: int
    cause_line_id: int = 0


def post_gains(*, by: By, gains: Sequence[Gain]) -> set[int]:
    """Post a batch of gains: first what is owed, then safety stock up to its target, the rest available (:mod:`rules`).

    Locks the accounts in id order. Answers the ids of the items that became available.
    """
    if not gains:
        return set()
    gained: set[int] = set()
    moves: list[Move] = []
    with unit_of_work(by.tenant_id):
        keys = {gain.key for gain in gains}
        standings = lock_standings(by.tenant_id, keys)
        targets = safety_targets(by.tenant_id, keys)
        for gain in gains:
            standing = standings[gain.key]
            spread = spread_gain(gain.quantity, standing, targets.get(gain.key, 0))
            standings[gain.key] = standing._replace(safety=standing.safety + spread.safety, owed=standing.owed - spread.shortage)
            source = promise(*gain.key[:2], gain.key.owner_id, gain.source)
            for state, quantity in spread._asdict().items():
                if quantity:
                    target = promise(*gain.key[:2], gain.key.owner_id, state)
                    moves.append(Move(source, target, quantity, gain.cause, gain.cause_id, gain.cause_line_id))
            if spread.available:
                gained.add(gain.key.item_id)
        post_movements(by=by, moves=moves)
    return gained
