"""What becomes of an outbound: its state from its lines, and what a cancellation takes back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

STATES = ("accepted", "waved", "picking", "picked", "packed", "shipped", "shorted", "cancelled")
CLOSED = frozenset({"shipped", "shorted", "cancelled"})

NEXT: dict[str, tuple[str, ...]] = {
    "accepted": ("waved", "shorted", "cancelled"),
    "waved": ("picking", "picked", "accepted", "shorted", "cancelled"),
    "picking": ("picked", "packed", "waved", "accepted", "shipped", "shorted", "cancelled"),
    "picked": ("packed", "picking", "shipped", "shorted", "cancelled"),
    "packed": ("picked", "picking", "shipped", "shorted", "cancelled"),
    "shipped": (),
    "shorted": (),
    "cancelled": (),
}
"""Where an outbound may go from each state. Backwards: what was short, unpacked or taken back is looked for again."""


class Counts(NamedTuple):
    """Units of one or several lines by where they stand; together they are the quantity ordered."""

    waiting: int = 0
    allocated: int = 0
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    shorted: int = 0
    putting_back: int = 0
    cancelled: int = 0


def derive_state(lines: Iterable[Counts], *, picking_started: bool = False, parcel_open: bool = False) -> str:
    """The state of an outbound: a function of its lines, of whether a picker has set out for it, and of whether a parcel of
    it stands open. The twin of ``derive_outbounds.sql``."""
    total = Counts(*map(sum, zip(*lines, strict=True)))
    if not total.waiting + total.allocated + total.picked + total.packed:
        return "shipped" if total.shipped else "shorted" if total.shorted else "cancelled"
    if not total.waiting + total.allocated:
        return "picked" if total.picked or parcel_open or not total.packed else "packed"
    if total.picked + total.packed + total.shipped or picking_started:
        return "picking"
    return "waved" if total.allocated else "accepted"


class TakenBack(NamedTuple):
    """Units of one line a cancellation takes, by where they stood; ``left`` are those that have gone already."""

    waiting: int
    allocated: int
    picked: int
    packed: int
    left: int

    @property
    def free_at_once(self) -> int:
        return self.waiting + self.allocated

    @property
    def in_hand(self) -> int:
        return self.picked + self.packed


def take_back(line: Counts, wanted: int | None) -> TakenBack:
    """Cancel ``wanted`` units of a line (None for all that has not shipped): first those that cost least work."""
    todo = sum(line[:4]) if wanted is None else wanted
    taken = []
    for standing in (line.waiting, line.allocated, line.picked, line.packed):
        taken.append(min(standing, todo))
        todo -= taken[-1]
    waiting, allocated, picked, packed = taken
    return TakenBack(waiting, allocated, picked, packed, left=min(todo, line.shipped))
