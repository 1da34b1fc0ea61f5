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
        while held_back > 0:
            fullest = max(keys, key=lambda key: (seen[key], key))
            runner_up = max((seen[key] for key in keys if key != fullest), default=0)
            cut = min(held_back, max(1, seen[fullest] - runner_up))
            seen[fullest] -= cut
            held_back -= cut
    return seen
