"""Which bin for what: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

JOINT_AT_MOST = 300
"""Loads assigned jointly where not every load fits every bin; more are paired greedily, busiest first."""


class Bin(NamedTuple):
    """A bin's room: ``units`` and ``grams`` it still takes (None for no limit); ``travel`` in meters from the depot."""

    id: int
    travel: float
    units: int | None
    grams: int | None


class Load(NamedTuple):
    """Units of one item and lot that need a bin; ``demand`` is how often the item left before, ``unit_grams`` 0 if unknown."""

    item_id: int
    lot_id: int
    quantity: int
    unit_grams: int = 0
    demand: float = 0.0


class Portion(NamedTuple):
    """So many units of a load to that bin."""

    location_id: int
    quantity: int


class _Rooms:
    """What each bin still takes while a batch is being placed."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[int | None, int | None]] = {}

    def takes(self, bin_: Bin, unit_grams: int) -> int:
        units, grams = self._left.get(bin_.id, (bin_.units, bin_.grams))
        by_units = 2**31 if units is None else units
        by_grams = 2**31 if grams is None or not unit_grams else grams // unit_grams
        return max(0, min(by_units, by_grams))

    def fill(self, bin_: Bin, quantity: int, unit_grams: int) -> Portion:
        units, grams = self._left.get(bin_.id, (bin_.units, bin_.grams))
        self._left[bin_.id] = (
            None if units is None else units - quantity,
            None if grams is None else grams - quantity * unit_grams,
        )
        return Portion(bin_.id, quantity)


def suggest(
    loads: Sequence[Load],
    *,
    same: Mapping[tuple[int, int], Sequence[Bin]],
    empty: Sequence[Bin],
    shared: Sequence[Bin] = (),
) -> list[list[Portion]]:
    """A bin, or several, for every load; the portions of load ``i`` stand at ``i``, and are less than its quantity where no
    bin given has room for the rest.

    First the bins where the same item and lot lies (``same``), whole if one takes it whole; then ``empty`` bins, chosen for
    all loads together so that demand times travel is least; then bins ``shared`` with other items, nearest first. Capacities
    in units and grams are kept throughout.

    The joint choice is an assignment problem (Kuhn 1955), solved as scipy does (Crouse, IEEE Trans. Aerosp. Electron. Syst.
    52, 2016). Where every load fits every bin, the costs are products, and pairing the busiest with the nearest is already
    optimal (Hardy, Littlewood and Polya 1934, theorem 368).
    """
    rooms = _Rooms()
    portions: list[list[Portion]] = [[] for _ in loads]
    left = [load.quantity for load in loads]

    def fill(at: int, bins: Iterable[Bin]) -> None:
        load = loads[at]
        for bin_ in bins:
            if not left[at]:
                return
            if taken := min(left[at], rooms.takes(bin_, load.unit_grams)):
                portions[at].append(rooms.fill(bin_, taken, load.unit_grams))
                left[at] -= taken

    busiest = sorted(range(len(loads)), key=lambda at: (-loads[at].demand, at))
    for at in busiest:
        load = loads[at]
        known = sorted(same.get((load.item_id, load.lot_id), ()), key=lambda bin_: bin_.travel)
        whole = next((bin_ for bin_ in known if rooms.takes(bin_, load.unit_grams) >= left[at]), None)
        fill(at, [whole] if whole else known)

    waiting = [at for at in busiest if left[at]]
    open_bins = sorted(empty, key=lambda bin_: (bin_.travel, bin_.id))
    taken: set[int] = set()
    for at, bin_ in _assign([loads[at]._replace(quantity=left[at]) for at in waiting], open_bins):
        taken.add(bin_.id)
        fill(waiting[at], [bin_])
    for at in busiest:  # what no single empty bin holds is spread over the nearest that are left
        if left[at]:
            before = len(portions[at])
            fill(at, (bin_ for bin_ in open_bins if bin_.id not in taken))
            taken |= {portion.location_id for portion in portions[at][before:]}
    crowded = sorted(shared, key=lambda bin_: (bin_.travel, bin_.id))
    for at in busiest:
        fill(at, crowded)
    return [_merged(each) for each in portions]


def _assign(loads: Sequence[Load], bins: Sequence[Bin]) -> list[tuple[int, Bin]]:
    """Pairs (index of load, bin), at most one bin a load and one load a bin, each load fitting whole. Loads come busiest
    first, bins nearest first."""
    rooms = _Rooms()

    def fits(load: Load, bin_: Bin) -> bool:
        return rooms.takes(bin_, load.unit_grams) >= load.quantity

    if not loads or not bins:
        return []
    nearest = bins[: len(loads)]
    widest = max(load.quantity for load in loads)
    heaviest = max(load.quantity * load.unit_grams for load in loads)
    if len(nearest) == len(loads) and all(
        (bin_.units is None or bin_.units >= widest) and (bin_.grams is None or bin_.grams >= heaviest) for bin_ in nearest
    ):
        return list(enumerate(nearest))
    if 1 < len(loads) <= JOINT_AT_MOST:
        some = bins[: 4 * len(loads) + 50]
        travel = np.array([bin_.travel for bin_ in some])
        demand = np.array([load.demand + 1e-3 for load in loads])
        allowed = np.array([[fits(load, bin_) for bin_ in some] for load in loads])
        forbidden = 1.0 + float(demand.sum()) * (float(np.ptp(travel)) + 1.0)
        cost = np.where(allowed, demand[:, None] * (travel - travel.min()), forbidden)
        # Half of what a warehouse's server loads would be this, and it would answer a second later after a crash.
        from scipy.optimize import linear_sum_assignment

        rows, columns = linear_sum_assignment(cost)
        return [(int(at), some[int(to)]) for at, to in zip(rows, columns, strict=True) if allowed[at, to]]
    pairs, free = [], list(bins)
    for at, load in enumerate(loads):
        to = next((n for n, bin_ in enumerate(free) if fits(load, bin_)), None)
        if to is not None:
            pairs.append((at, free.pop(to)))
    return pairs


def _merged(portions: Iterable[Portion]) -> list[Portion]:
    sums: dict[int, int] = {}
    for location_id, quantity in portions:
        sums[location_id] = sums.get(location_id, 0) + quantity
    return [Portion(*each) for each in sums.items()]
