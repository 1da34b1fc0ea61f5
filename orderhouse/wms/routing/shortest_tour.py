"""The shortest tour itself: in which order the picker reaches the stops, and along which way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from orderhouse.wms.routing.geometry import Geometry, Point, Stop
from orderhouse.wms.routing.lengths import Stage, price_aisles, sweep
from orderhouse.wms.routing.states import BOTTOM, CROSS, DOUBLE, GAP, NONE, TOP, WAYS, tables


@dataclass(frozen=True, slots=True)
class Tour:
    """A closed walk from the depot: ``length`` in meters, ``order`` the indices of the stops as they are reached,
    ``path`` the way points in meters, the depot first and last."""

    length: float
    order: list[int]
    path: list[Point]


def shortest_tour(geometry: Geometry, stops: Sequence[Stop]) -> Tour:
    """The shortest closed tour from the depot over all ``stops``, walkable as given; exact (see :mod:`.states`).

    Stops at the same place follow one another. No stops: length 0 and the depot alone. Refuses
    (:class:`InvalidInput`) a stop outside the geometry.
    """
    if not stops:
        return Tour(0.0, [], [(geometry.aisles[geometry.depot_aisle], geometry.depot[1])])
    aisles, prices = price_aisles(geometry, stops)
    stages: list[Stage] = []
    length = float(sweep(geometry, aisles, prices, keep=stages)[0])
    walk = _closed_walk(geometry.depot, list(_edges(geometry, aisles, stages, stops)))
    here: dict[Stop, list[int]] = {}
    for index, (aisle, y) in enumerate(stops):
        here.setdefault((aisle, float(y)), []).append(index)
    order = [index for place in walk for index in here.pop(place, ())]
    return Tour(length, order, [(geometry.aisles[aisle], y) for aisle, y in walk])


def _choices(geometry: Geometry, stages: list[Stage]) -> Iterator[tuple[int, int]]:
    """The best sweep read backwards: of each stage, last first, the choice made and the state it led to."""
    table = tables(len(geometry.cross_aisles))
    state = int(table.closed[np.argmin(stages[-1].after[table.closed, 0])])
    for step, prices, before, _ in reversed(stages):
        span = step.into(state)
        best = span.start + int(np.argmin(before[step.source[span], 0] + prices[step.choice[span], 0]))
        yield int(step.choice[best]), state
        state = int(step.source[best])


def _edges(geometry: Geometry, aisles: list[int], stages: list[Stage], stops: Sequence[Stop]) -> Iterator[tuple[Stop, Stop]]:
    """The tour as undirected edges between places, each as often as it is walked."""
    table = tables(len(geometry.cross_aisles))
    crossings = geometry.cross_aisles
    held: dict[tuple[int, int], set[float]] = {}
    for aisle, y in stops:
        held.setdefault((aisle, geometry.block_of(y)), set()).add(float(y))
    at = len(aisles) - 1
    for (choice, state), stage in zip(_choices(geometry, stages), reversed(stages), strict=True):
        if stage.step is table.across:
            at -= 1
            for y, (walks, _) in zip(crossings, table.states[state], strict=True):
                yield from [((aisles[at], y), (aisles[at + 1], y))] * walks
        elif any(stage.step is step for step in table.blocks):
            block, way = divmod(choice, WAYS)
            aisle = aisles[at]
            ys = sorted(held.get((aisle, block), ()))
            for low, high, walks in _legs(way, ys, crossings[block], crossings[block + 1]):
                yield from [((aisle, low), (aisle, high))] * walks


def _legs(way: int, ys: list[float], low: float, high: float) -> Iterator[tuple[float, float, int]]:
    """One aisle's walk in one block as (from y, to y, times walked), from stop to stop."""
    if way == NONE:
        return
    whole = [low, *ys, high]
    if way == GAP:
        cut = max(range(1, len(ys)), key=lambda index: ys[index] - ys[index - 1]) + 1
        runs = [whole[:cut], whole[cut:]]
    else:
        runs = [{CROSS: whole, DOUBLE: whole, TOP: whole[1:], BOTTOM: whole[:-1]}[way]]
    for run in runs:
        for here, there in pairwise(run):
            if there > here:
                yield here, there, 1 if way == CROSS else 2


def _closed_walk(start: Stop, edges: list[tuple[Stop, Stop]]) -> list[Stop]:
    """An Euler circuit from ``start`` over all edges (Hierholzer 1873)."""
    around: dict[Stop, list[int]] = {start: []}
    for number, (one, other) in enumerate(edges):
        around.setdefault(one, []).append(number)
        around.setdefault(other, []).append(number)
    walked = [False] * len(edges)
    trail, walk = [start], []
    while trail:
        here = trail[-1]
        open_edges = around[here]
        while open_edges and walked[open_edges[-1]]:
            open_edges.pop()
        if open_edges:
            number = open_edges.pop()
            walked[number] = True
            one, other = edges[number]
            trail.append(other if one == here else one)
        else:
            walk.append(trail.pop())
    return walk
