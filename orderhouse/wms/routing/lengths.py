"""How long the shortest tour is, for one set of stops or for thousands at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orderhouse.wms.routing.geometry import Geometry, Stop
from orderhouse.wms.routing.states import Step, tables

Floats = NDArray[np.float64]
_FREE: Floats = np.zeros((1, 1))


class Stage(NamedTuple):
    """One step of a finished sweep, kept to find the way back: its table, its prices, the lengths before and after it."""

    step: Step
    prices: Floats
    before: Floats
    after: Floats


def tour_length(geometry: Geometry, stops: Iterable[Stop]) -> float:
    """Meters of the shortest closed tour from the depot over all ``stops``; 0 for none. Exact; see :mod:`.states`.

    Repeated questions are answered from a cache. Refuses (:class:`InvalidInput`) a stop outside the geometry.
    """
    return _tour_length(geometry, frozenset(stops))


@lru_cache(maxsize=1 << 16)
def _tour_length(geometry: Geometry, stops: frozenset[Stop]) -> float:
    if not stops:
        return 0.0
    aisles, prices = price_aisles(geometry, stops)
    return float(sweep(geometry, aisles, prices)[0])


def price_aisles(geometry: Geometry, stops: Iterable[Stop]) -> tuple[list[int], list[Floats]]:
    """The aisles that hold a stop or the depot, in order, and for each its prices as :func:`aisle_prices`, as one column.

    An aisle with neither is left out: a tour through it can slide to one of its neighbors without growing, since its
    length changes linearly on the way.
    """
    held: dict[int, list[float]] = {geometry.depot_aisle: []}
    for stop in stops:
        geometry.check(stop)
        held.setdefault(stop[0], []).append(stop[1])
    aisles = sorted(held)
    return aisles, [np.array(aisle_prices(geometry, sorted(held[aisle])))[:, None] for aisle in aisles]


def aisle_prices(geometry: Geometry, ys: Sequence[float]) -> list[float]:
    """What each way of walking one aisle costs in meters: 6 prices per block (the ways of :mod:`.states`), bottom block first.

    ``ys``: the stops' positions in the aisle, sorted. A way that would miss a stop costs infinity.
    """
    inf = float("inf")
    prices: list[float] = []
    crossings = geometry.cross_aisles
    last = geometry.blocks - 1
    at, count = 0, len(ys)
    for block in range(geometry.blocks):
        low, high = crossings[block], crossings[block + 1]
        length = high - low
        begin = at
        if block == last:
            at = count
        else:
            while at < count and ys[at] < high:
                at += 1
        if begin == at:
            prices += (0.0, length, inf, inf, inf, 2 * length)
            continue
        gap = 0.0
        for index in range(begin + 1, at):
            between = ys[index] - ys[index - 1]
            if between > gap:
                gap = between
        two_ends = 2 * (length - gap) if gap else inf
        prices += (inf, length, 2 * (high - ys[begin]), 2 * (ys[at - 1] - low), two_ends, 2 * length)
    return prices


def sweep(geometry: Geometry, aisles: Sequence[int], prices: Sequence[Floats], keep: list[Stage] | None = None) -> Floats:
    """Shortest lengths in meters of n tours at once, shape (n,).

    ``aisles``: indices, increasing, among them the depot's. ``prices[k]``: shape (6 x blocks, n), as
    :func:`aisle_prices` for aisle ``aisles[k]``, one column a tour. ``keep`` receives every stage, for the way back.
    """
    table = tables(len(geometry.cross_aisles))
    width = prices[0].shape[1]
    best = np.full((table.lost + 1, width), np.inf)
    best[0] = 0.0

    def take(step: Step, costs: Floats) -> Floats:
        lengths = best.take(step.source, axis=0)
        lengths += costs.take(step.choice, axis=0)
        after: Floats = np.minimum.reduceat(lengths, step.starts, axis=0)
        if keep is not None:
            keep.append(Stage(step, costs, best, after))
        return after

    walks = np.arange(2 * len(geometry.cross_aisles) + 1, dtype=np.float64)[:, None]
    right = [geometry.aisles[after] - geometry.aisles[before] for before, after in pairwise(aisles)]
    for index, aisle in enumerate(aisles):
        if aisle == geometry.depot_aisle:
            best = take(table.depot[geometry.depot_cross_aisle], _FREE)
        for step in table.blocks:
            best = take(step, prices[index])
        if index < len(right):
            best = take(table.across, walks * right[index])
    return np.asarray(best[table.closed].min(axis=0))
