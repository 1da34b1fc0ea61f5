"""How much may be promised. Pure."""

from __future__ import annotations

from typing import NamedTuple


class ItemFigures(NamedTuple):
    """An item over all active nodes, in base units.

    ``owed``: what nodes lost while it was promised. ``unsafe``: what safety stock lacks of its target. ``waiting``: units of
    orders promised from nowhere yet. ``incoming``: announced and due in time. ``buffer`` and ``share_percent`` are the
    channel's (0 and 100 where none was asked for).
    """

    item_id: int
    available: int
    owed: int
    unsafe: int
    waiting: int
    incoming: int
    buffer: int = 0
    share_percent: int = 100


def promise_of(figures: ItemFigures) -> int:
    """What is free now, and of what comes in time the part nobody has a claim on; less the channel's buffer, at most its share."""
    return part_of(figures.available + to_come(figures), figures.buffer, figures.share_percent)


def part_of(total: int, buffer: int, share_percent: int) -> int:
    """Of ``total`` units what a channel may promise: all but its buffer, at most its share, and never fewer than none."""
    return max(0, min(total - buffer, total * share_percent // 100))


def to_come(figures: ItemFigures) -> int:
    """Of the announced units, those left once debts are paid, safety stock is full and waiting orders are served."""
    return max(0, figures.incoming - figures.owed - figures.unsafe - figures.waiting)
