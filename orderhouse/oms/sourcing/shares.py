"""What a channel may see of the stock: all but its buffer, and at most its share. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def seen_by_channel(
    stock: Mapping[tuple[int, int, int], int], *, buffer: int, share_percent: int
) -> dict[tuple[int, int, int], int]:
    """``stock`` ((node, item, owner) to units) cut down, item by item, to what the channel may take.

    What is kept back is taken from the fullest nodes first, so that the choice among nodes stays as wide as it can.
    """
    if not buffer and share_percent == 100:
        return dict(stock)
    seen = dict(stock)
    keys_of: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for key in stock:
        keys_of.setdefault(key[1:], []).append(key)
    for keys in keys_of.values():
        total = sum(stock[key] for key in keys)
        held_back = total - max(0, min(total - buffer, total * share_percent // 100))
        if held_back > 0:
            seen |= _lowered({key: stock[key] for key in keys}, held_back)
    return seen


def _lowered(units: Mapping[tuple[int, int, int], int], held_back: int) -> dict[tuple[int, int, int], int]:
    """The fullest of ``units``, together ``held_back`` (1 up to their sum) lower, as water finds its level: nobody stands higher
    than before, and no one unit higher than the next. Units that do not divide stay with the lowest keys."""
    fullest = sorted(units, key=lambda key: units[key], reverse=True)
    above = 0
    for count, key in enumerate(fullest, 1):
        above += units[key]
        below = units[fullest[count]] if count < len(fullest) else 0
        if above - count * below >= held_back:
            break
    level, over = divmod(above - held_back, count)
    return {key: level + (place < over) for place, key in enumerate(sorted(fullest[:count]))}
