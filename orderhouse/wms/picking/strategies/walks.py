"""What sets of orders cost to walk together: many lengths in one sweep, and no set measured twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orderhouse.wms.picking.strategies.tours import PickOrder
from orderhouse.wms.routing.geometry import Geometry
from orderhouse.wms.routing.lengths import Floats, sweep
from orderhouse.wms.routing.states import BOTTOM, CROSS, DOUBLE, GAP, NONE, TOP, WAYS

Marks = NDArray[np.bool_]
"""Which places a group stops at, shape (aisles, blocks, places): two groups merge by or-ing."""

_SWEEP = 1 << 19
"""Marks per sweep: enough to drown Python's overhead, few enough to stay near the processor's cache."""

_REMEMBER = 300_000
"""Lengths kept before starting afresh: some 50 MB."""


class Group(NamedTuple):
    """Orders that walk together. ``members``: bit k set for order k; ``size`` their number; ``length`` in meters."""

    members: int
    marks: Marks
    load: int
    size: int
    length: float

    def orders(self) -> list[int]:
        """The numbers of the member orders, ascending."""
        members, found = self.members, []
        while members:
            lowest = members & -members
            found.append(lowest.bit_length() - 1)
            members ^= lowest
        return found


class Walks:
    """The exact tour lengths of groups of these ``orders``. Refuses (``InvalidInput``) a stop outside the geometry.

    ``singles``: each order as a group of its own. ``aisles``: the aisles that hold a stop or the depot.
    """

    def __init__(self, orders: Sequence[PickOrder], geometry: Geometry) -> None:
        places: dict[int, list[set[float]]] = {geometry.depot_aisle: [set() for _ in range(geometry.blocks)]}
        for order in orders:
            for aisle, y in order.stops:
                geometry.check((aisle, y))
                places.setdefault(aisle, [set() for _ in range(geometry.blocks)])[geometry.block_of(y)].add(y)
        self.geometry = geometry
        self.aisles = sorted(places)
        self._known: dict[int, float] = {0: 0.0}
        shape = (len(self.aisles), geometry.blocks, max(1, *(len(ys) for blocks in places.values() for ys in blocks)))
        self._depths: Floats = np.diff(np.array(geometry.cross_aisles))[:, None]
        self._heights: Floats = np.zeros((*shape, 1))  # of each place above its block's lower cross aisle
        where: dict[tuple[int, float], tuple[int, int, int]] = {}
        for row, aisle in enumerate(self.aisles):
            for block, ys in enumerate(places[aisle]):
                for place, y in enumerate(sorted(ys)):
                    self._heights[row, block, place] = y - geometry.cross_aisles[block]
                    where[aisle, y] = row, block, place
        alone = []
        for number, order in enumerate(orders):
            marks: Marks = np.zeros(shape, dtype=np.bool_)
            for aisle, y in order.stops:
                marks[where[aisle, y]] = True
            alone.append(Group(1 << number, marks, order.load, 1, 0.0))
        self.nobody = Group(0, np.zeros(shape, dtype=np.bool_), 0, 0, 0.0)
        self.singles = [group._replace(length=length) for group, length in zip(alone, self.measure(alone), strict=True)]

    def merge(self, groups: Iterable[Group]) -> Group:
        """One group of all ``groups``, its length not yet known (0)."""
        members, load, size = 0, 0, 0
        marks: Marks = np.zeros_like(self.nobody.marks)
        for group in groups:
            members |= group.members
            marks |= group.marks
            load += group.load
            size += group.size
        return Group(members, marks, load, size, 0.0)

    def measure(self, groups: Sequence[Group]) -> list[float]:
        """The length in meters of each of these groups, whatever length they carry."""
        return self.together([(group, self.nobody) for group in groups])

    def together(self, pairs: Sequence[tuple[Group, Group]]) -> list[float]:
        """The length in meters of each pair of groups walked as one."""
        known = self._known
        asked = [one.members | other.members for one, other in pairs]
        unknown = {members: pair for members, pair in zip(asked, pairs, strict=True) if members not in known}
        if unknown:
            items = list(unknown.items())
            most = max(1, _SWEEP // self.nobody.marks.size)
            for begin in range(0, len(items), most):
                part = items[begin : begin + most]
                marks: Marks = np.array([one.marks for _, (one, _) in part])
                marks |= np.array([other.marks for _, (_, other) in part])
                known.update(zip((members for members, _ in part), self._sweep(marks), strict=True))
        lengths = [known[members] for members in asked]
        if len(known) > _REMEMBER:
            self._known = {0: 0.0}
        return lengths

    def _sweep(self, marks: Marks) -> list[float]:
        """Lengths of n groups, ``marks`` of shape (n, aisles, blocks, places)."""
        entered: Marks = np.asarray(marks.any(axis=(0, 2, 3)))
        entered[self.aisles.index(self.geometry.depot_aisle)] = True
        used = np.flatnonzero(entered)
        present = np.ascontiguousarray(np.moveaxis(marks[:, used], 0, -1))
        heights, depths = self._heights[used], self._depths
        some = present.any(axis=2)
        lowest = np.where(present, heights, np.inf).min(axis=2)
        # Absent places count as the lowest stop, so that steps of the running maximum are the gaps between stops.
        reached = np.maximum.accumulate(np.where(present, heights, lowest[:, :, None]), axis=2)
        prices = np.empty((len(used), self.geometry.blocks, WAYS, len(marks)))
        prices[:, :, NONE] = np.where(some, np.inf, 0.0)
        prices[:, :, CROSS] = depths
        prices[:, :, DOUBLE] = 2 * depths
        prices[:, :, TOP] = np.where(some, 2 * (depths - lowest), np.inf)
        prices[:, :, BOTTOM] = 2 * reached[:, :, -1]
        prices[:, :, GAP] = np.inf
        if reached.shape[2] > 1:
            with np.errstate(invalid="ignore"):  # infinity less infinity where there is no stop at all
                gap = (reached[:, :, 1:] - reached[:, :, :-1]).max(axis=2)
            np.copyto(prices[:, :, GAP], 2 * (depths - gap), where=gap > 0)
        aisles = [self.aisles[row] for row in used]
        lengths: list[float] = sweep(self.geometry, aisles, list(prices.reshape(len(used), -1, len(marks)))).tolist()
        return lengths

    def blocks_entered(self, group: Group) -> Marks:
        """Whether the group has a stop there, shape (aisles x blocks,)."""
        return np.asarray(group.marks.any(axis=2).ravel())
