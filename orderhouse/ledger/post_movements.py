"""The only door that writes stock."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger import store
from orderhouse.ledger.accounts import Move
from orderhouse.ledger.rules import InsufficientStock, check, net


def post_movements(*, by: By, moves: Sequence[Move]) -> None:
    """Post a batch: every balance moves and every movement is written, or nothing is.

    Accounts are opened as needed and locked in id order, so batches that meet on the same stock wait and never
    deadlock here. The batch counts as a whole: an account may pass through it. Raises :class:`InsufficientStock` naming
    the account that would fall below zero, and ``InvalidInput`` for a move that could never be right.
    """
    if not moves:
        return
    check(moves)
    deltas = net(moves)
    with unit_of_work(by.tenant_id):
        ids = store.account_ids(by.tenant_id, list(deltas))
        changes = sorted((ids[account], delta) for account, delta in deltas.items() if delta)
        taken = store.apply_deltas(by.tenant_id, changes)
        if len(taken) < len(changes):
            refused = next(account for account, delta in deltas.items() if delta and ids[account] not in taken)
            raise InsufficientStock(
                balance=store.balance(by.tenant_id, ids[refused]),
                wanted=-deltas[refused],
                state=refused.state,
                item_id=refused.item_id,
                node_id=refused.node_id,
                place_id=refused.place_id,
            )
        store.write_movements(by, moves, ids)
