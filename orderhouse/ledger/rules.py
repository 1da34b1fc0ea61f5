"""The pure twin of the door: what a batch does to balances, or why it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.ledger.accounts import Account, Move


class InsufficientStock(Refusal):
    """A batch would take more from an account than stands there."""

    sentence = "Only {balance} of {wanted} units stand in {state} (item {item_id}, node {node_id}, place {place_id})."
    remedy = "Take at most {balance}, or look at the item's movements to see where the rest went."


def check(moves: Iterable[Move]) -> None:
    """Refuse moves that could never be right: no quantity, from itself to itself, or changing item, owner, lot or book."""
    for move in moves:
        source, target = move.source, move.target
        if move.quantity < 1:
            raise InvalidInput(field="quantity", reason=f"a movement of {move.quantity} units is none")
        if source == target:
            raise InvalidInput(field="target", reason="a movement ends where it starts")
        if (source.book, source.item_id, source.owner_id, source.lot_id) != (
            target.book,
            target.item_id,
            target.owner_id,
            target.lot_id,
        ):
            raise InvalidInput(field="target", reason="a movement keeps its book, item, owner and lot")


def net(moves: Iterable[Move]) -> dict[Account, int]:
    """What the batch adds to or takes from each account; accounts that come out even are left in with 0."""
    deltas: dict[Account, int] = {}
    for move in moves:
        deltas[move.source] = deltas.get(move.source, 0) - move.quantity
        deltas[move.target] = deltas.get(move.target, 0) + move.quantity
    return deltas


def balances_after(balances: Mapping[Account, int], moves: Iterable[Move]) -> dict[Account, int]:
    """The balances after a batch as a whole, or :class:`InsufficientStock` for the first account it would overdraw."""
    moves = list(moves)
    check(moves)
    after = dict(balances)
    for account, delta in net(moves).items():
        balance = after.get(account, 0)
        if not account.outside and balance + delta < 0:
            raise InsufficientStock(
                balance=balance,
                wanted=-delta,
                state=account.state,
                item_id=account.item_id,
                node_id=account.node_id,
                place_id=account.place_id,
            )
        after[account] = balance + delta
    return after
