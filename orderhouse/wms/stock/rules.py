"""How a node tells its changes: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from orderhouse.contract.messages import StockLine


class StockChange(NamedTuple):
    """``delta`` base units of good stock more (or fewer) at the node; ``reason`` as in ``InventoryChanged``."""

    item_id: int
    owner_id: int
    delta: int
    reason: str


class Total(NamedTuple):
    """A node's total of one item as it stood before a batch."""

    item_id: int
    owner_id: int
    on_hand: int
    sequence: int
    sku: str
    owner: str
    node: str


def gathered(changes: Iterable[StockChange]) -> list[StockChange]:
    """One change an item, owner and reason, in the order first met, those that come out even left out."""
    sums: dict[tuple[int, int, str], int] = {}
    for change in changes:
        key = (change.item_id, change.owner_id, change.reason)
        sums[key] = sums.get(key, 0) + change.delta
    return [StockChange(item_id, owner_id, delta, reason) for (item_id, owner_id, reason), delta in sums.items() if delta]


def told(changes: Iterable[StockChange], before: Mapping[tuple[int, int], Total]) -> tuple[StockLine, ...]:
    """The lines of ``InventoryChanged``: each with the quantity it left and its number among the item's changes."""
    now = {key: (total.on_hand, total.sequence) for key, total in before.items()}
    lines = []
    for change in changes:
        key = (change.item_id, change.owner_id)
        on_hand, sequence = now[key] = (now[key][0] + change.delta, now[key][1] + 1)
        total = before[key]
        lines.append(StockLine(total.sku, total.owner, change.delta, on_hand, sequence, change.reason))
    return tuple(lines)


OWNERS = {
    "over": "warehouse_manager",
    "short": "warehouse_manager",
    "damaged": "warehouse_manager",
    "unknown": "floor",
    "short_pick": "warehouse_manager",
    "count_variance": "warehouse_manager",
    "conflict": "warehouse_manager",
}
"""Who must settle an exception of each kind while nobody took it: goods nobody knows lie beside the dock, so the floor looks at
them first; what changes the book is the manager's."""
