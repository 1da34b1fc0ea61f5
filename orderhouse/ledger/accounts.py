"""What an account is: a place in one of the two books where units of one item, lot and owner stand."""

from __future__ import annotations

from typing import NamedTuple

PHYSICAL_OUTSIDE = frozenset({"supplier", "customer", "found", "lost", "scrapped"})
PROMISE_OUTSIDE = frozenset({"node", "customer", "shortage"})
OUTSIDE = {"physical": PHYSICAL_OUTSIDE, "promise": PROMISE_OUTSIDE}


class Account(NamedTuple):
    """The key of an account.

    ``book`` is physical or promise; ``place_id`` a location or handling unit in the physical book (0 outside, and
    throughout the promise book); ``lot_id`` 0 for stock without lot or serial; ``state`` one of the sets above.
    """

    book: str
    node_id: int
    item_id: int
    state: str
    place_id: int = 0
    lot_id: int = 0
    owner_id: int = 0
    single: bool = False

    @property
    def outside(self) -> bool:
        """Whether the account stands for the world outside the books, and so may be negative."""
        return self.state in OUTSIDE[self.book]


class Move(NamedTuple):
    """``quantity`` > 0 base units from ``source`` to ``target``, and the document line that caused it."""

    source: Account
    target: Account
    quantity: int
    cause: str
    cause_id: int
    cause_line_id: int = 0


def physical(
    node_id: int, item_id: int, owner_id: int, state: str, place_id: int = 0, lot_id: int = 0, single: bool = False
) -> Account:
    """An account of the physical book."""
    return Account("physical", node_id, item_id, state, place_id, lot_id, owner_id, single)


def promise(node_id: int, item_id: int, owner_id: int, state: str) -> Account:
    """An account of the promise book."""
    return Account("promise", node_id, item_id, state, 0, 0, owner_id, False)
