"""How long a tour takes by the labor standard, and when pickers are through: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace


@dataclass(frozen=True, slots=True)
class LaborStandard:
    """Seconds of work: walking, a stop (find the bin, scan), a unit taken, and a tour's set-up (cart, totes, hand-over)."""

    meters_per_second: float = 1.1
    seconds_per_stop: float = 9.0
    seconds_per_unit: float = 2.5
    seconds_per_tour: float = 90.0

    def seconds(self, *, meters: float, stops: int, units: int) -> float:
        """One tour, from taking the cart to handing it over."""
        walking = meters / self.meters_per_second
        return self.seconds_per_tour + walking + self.seconds_per_stop * stops + self.seconds_per_unit * units


def share_out(seconds: Sequence[float], pickers: int) -> list[tuple[float, list[int]]]:
    """Tours given out as pickers come for them, in order, each to whoever is free first: (seconds until through, places of the
    tours) by picker."""
    free = [(0.0, picker) for picker in range(max(1, pickers))]
    heapify(free)
    own: list[list[int]] = [[] for _ in free]
    until = [0.0] * len(free)
    for place, long in enumerate(seconds):
        at, picker = free[0]
        own[picker].append(place)
        until[picker] = at + long
        heapreplace(free, (at + long, picker))
    return list(zip(until, own, strict=True))
