"""What a count changes: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

STEPS: dict[str, tuple[str, ...]] = {
    "ready": ("counted", "approved", "cancelled"),
    "counted": ("approved", "cancelled"),
    "approved": (),
    "cancelled": (),
}
"""Where a count may go from each state; one that matches the book is approved at once."""


class Free(NamedTuple):
    """Good units of one lot in a bin, not promised to anyone."""

    lot_id: int
    single: bool
    expires_on: date | None
    quantity: int


class Correction(NamedTuple):
    """Units of a lot to post: ``lost`` from good, or ``found`` into it; ``unposted`` is what the book cannot take by itself."""

    lost: list[tuple[Free, int]]
    found: list[tuple[Free, int]]
    unposted: int
    why: str


def correct(difference: int, free: Iterable[Free], *, tracked: bool, single: bool) -> Correction:
    """How the book follows a count that differs by ``difference`` units (counted less expected).

    Missing units come off free stock, the lot that would have been picked first going first (a picker's error is likeliest
    there); what exceeds the free stock is allocated to orders, so it is left for a person. Of serials it must be known which
    one is gone: only a bin with none left says so. Surplus units join the free stock; of an item ``tracked`` by lot only where
    the bin holds exactly one lot, and never of a ``single`` (serial) item, since nobody read its number.
    """
    lots = sorted(free, key=lambda f: (f.expires_on is None, f.expires_on or date.max, f.lot_id))
    if difference < 0:
        missing, here = -difference, sum(f.quantity for f in lots)
        if single and here and missing < here:
            return Correction([], [], missing, "nobody knows which serial is gone")
        lost = []
        for f in lots:
            if taken := min(missing, f.quantity):
                lost.append((f, taken))
                missing -= taken
        return Correction(lost, [], missing, "the rest is allocated to orders")
    if single:
        return Correction([], [], difference, "nobody read the serials")
    if not tracked:
        target = next((f for f in lots if not f.lot_id), Free(0, False, None, 0))
        return Correction([], [(target, difference)] if difference else [], 0, "")
    if len(lots) == 1:
        return Correction([], [(lots[0], difference)], 0, "")
    return Correction([], [], difference, "nobody knows of which lot they are")


def repeats(keys: Sequence[int]) -> int | None:
    """The first key that stands twice, None if none does."""
    seen: set[int] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None
