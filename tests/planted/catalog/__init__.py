"""All planted bugs, by the room of the house they sit in."""

from __future__ import annotations

from tests.planted.bug import Bug
from tests.planted.catalog import books, doors, floor, letters, orders, parcels, promise, stock

BUGS: tuple[Bug, ...] = tuple(
    bug for room in (books, orders, promise, stock, floor, parcels, letters, doors) for bug in room.BUGS
)
