"""A node's stock has changed: X12 947 and 846 in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class StockLine:
    """One item's change of good stock at the node.

    ``on_hand`` is the result and ``sequence`` its place among this item's changes there, so that a lost or doubled message
    shows and heals. ``reason`` is received, shipped, damaged, lost, found, held, freed, returned or counted. A shipped line's
    delta takes effect by its ShipmentConfirmed; every other delta by this message.
    """

    sku: str
    owner: str
    delta: int
    on_hand: int
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class InventoryChanged:
    """Changes of good stock at one node, in the order they happened."""

    version: ClassVar[int] = 1
    node: str
    changed_at: datetime
    lines: tuple[StockLine, ...]
