"""The floor as a picker walks it: parallel aisles joined by cross aisles, and one depot."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from orderhouse.kernel.errors import InvalidInput

Stop = tuple[int, float]
"""A place to stop at: (aisle index, y in meters)."""

Point = tuple[float, float]
"""A way point for drawing: (x, y) in meters."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """A parallel-aisle warehouse of any number of blocks.

    ``aisles``: x of each aisle in meters, increasing, not necessarily evenly spaced. ``cross_aisles``: y of each cross
    aisle in meters, increasing; n of them bound n - 1 blocks, and n is at least 2. Aisles run straight through all
    blocks; one walks along an aisle's middle and changes aisle only along a cross aisle. The depot, where every tour
    begins and ends, lies where aisle ``depot_aisle`` meets cross aisle ``depot_cross_aisle`` (both indices). A first
    cell that lies a little off its cross aisle simply has a y a little above it.
    """

    aisles: tuple[float, ...]
    cross_aisles: tuple[float, ...]
    depot_aisle: int = 0
    depot_cross_aisle: int = 0

    def __post_init__(self) -> None:
        if not self.aisles:
            raise InvalidInput(field="aisles", reason="a warehouse has at least one aisle")
        if len(self.cross_aisles) < 2:
            raise InvalidInput(field="cross_aisles", reason="a block lies between two cross aisles: give at least two")
        for field, positions in (("aisles", self.aisles), ("cross_aisles", self.cross_aisles)):
            if any(not after > before for before, after in pairwise(positions)):
                raise InvalidInput(field=field, reason="positions must increase", remedy="Sort them, and drop doubles.")
        if not 0 <= self.depot_aisle < len(self.aisles):
            raise InvalidInput(field="depot_aisle", reason=f"there is no aisle {self.depot_aisle}")
        if not 0 <= self.depot_cross_aisle < len(self.cross_aisles):
            raise InvalidInput(field="depot_cross_aisle", reason=f"there is no cross aisle {self.depot_cross_aisle}")

    @property
    def blocks(self) -> int:
        return len(self.cross_aisles) - 1

    @property
    def depot(self) -> Stop:
        """The depot as a place: (aisle index, y in meters)."""
        return self.depot_aisle, self.cross_aisles[self.depot_cross_aisle]

    def block_of(self, y: float) -> int:
        """The block in which ``y`` lies; a place on a cross aisle belongs to the block above it, on the last to the last."""
        return min(bisect_right(self.cross_aisles, y) - 1, self.blocks - 1)

    def check(self, stop: Stop) -> None:
        """Refuse (:class:`InvalidInput`) a stop in no aisle, or beyond the first or last cross aisle."""
        aisle, y = stop
        if not 0 <= aisle < len(self.aisles):
            raise InvalidInput(field="stops", reason=f"there is no aisle {aisle}")
        if not self.cross_aisles[0] <= y <= self.cross_aisles[-1]:
            raise InvalidInput(
                field="stops",
                reason=f"y {y} m lies outside the aisles, which run from {self.cross_aisles[0]} to {self.cross_aisles[-1]} m",
            )
