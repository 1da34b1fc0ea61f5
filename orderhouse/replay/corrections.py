"""Which bins a day's corrections of stock are counted in. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class BinStock(NamedTuple):
    """Free and allocated units of an item in a bin."""

    item_id: int
    node_id: int
    location_id: int
    bin: str
    good: int
    allocated: int


class CountWanted(NamedTuple):
    """A bin to count, and the units a person will find there, allocated ones included."""

    node_id: int
    location_id: int
    bin: str
    item_id: int
    found: int


@dataclass(frozen=True, slots=True)
class CountPlan:
    """The counts that make the corrections come true, the units they lose and find, and those nothing could be done about."""

    counts: list[CountWanted]
    lost: int
    found: int
    beyond_stock: int
    nowhere: int


def plan_counts(wanted: Iterable[tuple[int, int]], bins: Sequence[BinStock]) -> CountPlan:
    """Counts for (item, units) corrections, negative ones written off: bins in the order given, emptied one after the other.

    Units found are put to the item's first bin. ``beyond_stock``: units written off that no bin has; ``nowhere``: units found
    of an item that lies in no bin.
    """
    of_item: dict[int, list[BinStock]] = defaultdict(list)
    for stock in bins:
        of_item[stock.item_id].append(stock)
    change: dict[tuple[int, int], int] = defaultdict(int)
    lost = found = beyond = nowhere = 0
    for item_id, units in wanted:
        places = of_item.get(item_id, [])
        if units > 0:
            if not places:
                nowhere += units
                continue
            change[item_id, places[0].location_id] += units
            found += units
            continue
        left = -units
        for place in places:
            there = place.good + change[item_id, place.location_id]
            taken = min(left, there)
            change[item_id, place.location_id] -= taken
            left -= taken
            lost += taken
            if not left:
                break
        beyond += left
    at = {(stock.item_id, stock.location_id): stock for stock in bins}
    counts = [
        CountWanted(stock.node_id, stock.location_id, stock.bin, stock.item_id, stock.good + stock.allocated + delta)
        for key, delta in change.items()
        if delta and (stock := at[key])
    ]
    return CountPlan(sorted(counts), lost, found, beyond, nowhere)
