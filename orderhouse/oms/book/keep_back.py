"""Free units go where they belong before anybody is promised them."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.book.rules import spread_gain
from orderhouse.oms.book.store import Key, lock_standings, safety_targets


def keep_back(*, by: By, keys: Collection[Key]) -> None:
    """Of what stands free for each key, pay what is owed, then fill safety stock up to its target, as gained units do
    (:func:`post_gains`). For verbs that free units to take some of them again, once they have taken what they take.

    Four statements, whatever the size; locks the accounts in id order.
    """
    if not keys:
        return
    with unit_of_work(by.tenant_id):
        standings, targets = lock_standings(by.tenant_id, keys), safety_targets(by.tenant_id, keys)
        moves: list[Move] = []
        for key, standing in standings.items():
            spread = spread_gain(standing.available, standing, targets.get(key, 0))
            for state, quantity in (("shortage", spread.shortage), ("safety", spread.safety)):
                if quantity:
                    free, kept = promise(*key, "available"), promise(*key, state)
                    moves.append(Move(free, kept, quantity, "safety_stock", key.node_id, key.item_id))
        if moves:
            post_movements(by=by, moves=moves)
