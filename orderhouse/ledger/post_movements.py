"""The only door that writes stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orderhouse.database import unit_of_work
from orderhouse.database.statements import Part, run_together
from orderhouse.kernel.actors import By
from orderhouse.ledger import store
from orderhouse.ledger.accounts import Account, Move
from orderhouse.ledger.rules import InsufficientStock, check, net


def post_movements(*, by: By, moves: Sequence[Move]) -> None:
    """Post a batch: every balance moves and every movement is written, or nothing is.

    Accounts are opened as needed and locked in id order, so batches that meet on the same stock wait and never
    deadlock here. The batch counts as a whole: an account may pass through it. Raises :class:`InsufficientStock` naming
    the account that would fall below zero, and ``InvalidInput`` for a move that could never be right. One statement where
    every account is known.
    """
    if not moves:
        return
    with unit_of_work(by.tenant_id):
        posting = post(tenant_id=by.tenant_id, moves=[(by, move) for move in moves])
        posting.settle(run_together(posting.parts))


@dataclass(frozen=True, slots=True)
class Posting:
    """A batch of moves as parts of a statement that its caller runs; :meth:`settle` takes the statement's answer."""

    parts: Mapping[str, Part]
    _tenant_id: int
    _ids: Mapping[Account, int]
    _deltas: Mapping[Account, int]

    def settle(self, answer: Mapping[str, Sequence[int]]) -> None:
        """Raises :class:`InsufficientStock` where an account did not have what is taken: the caller's work must not stand."""
        taken = set(answer.get("taken", ()))
        for account, delta in self._deltas.items():
            if delta and self._ids[account] not in taken:
                raise InsufficientStock(
                    balance=store.balance(self._tenant_id, self._ids[account]),
                    wanted=-delta,
                    state=account.state,
                    item_id=account.item_id,
                    node_id=account.node_id,
                    place_id=account.place_id,
                )


def opens_accounts(*, tenant_id: int, moves: Iterable[Move]) -> bool:
    """Whether posting these would open an account, which locks: a caller whose other rows come first in the house's lock order then
    writes those before. Inside a unit of work."""
    return store.opens(tenant_id, list(net(moves)))


def post(*, tenant_id: int, moves: Sequence[tuple[By, Move]], seen: Mapping[Account, int] | None = None) -> Posting:
    """What :func:`post_movements` does, each move in the name of who commanded it, for a caller that writes its own rows in the
    same statement: parts ``taken`` (which locks and changes the balances) and ``moved``. Inside a unit of work.

    ``seen``: balances the caller decided on without a lock; if any of these accounts has less by now, nothing is moved either.
    """
    only = [move for _, move in moves]
    check(only)
    deltas = net(only)
    least = seen or {}
    ids = store.account_ids(tenant_id, list({**deltas, **least}))
    concerned = [account for account, delta in deltas.items() if delta] + [
        account for account in least if not deltas.get(account)
    ]
    changes = sorted((ids[account], deltas.get(account, 0), least.get(account, store.ANY)) for account in concerned)
    parts = {"taken": store.deltas(tenant_id, changes)} if changes else {}
    return Posting(parts | {"moved": store.movements(tenant_id, moves, ids)}, tenant_id, ids, deltas)
