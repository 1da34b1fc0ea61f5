"""Stage one of a decision as numbers: whole pieces to be placed on lanes, each piece on exactly one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
"""The lane of each piece."""


@dataclass(slots=True)
class Problem:
    """``N`` lanes, ``P`` pieces. ``costs[n, p]``: minor units of piece p on lane n (handling per line, scarcity), inf where
    it cannot go. Lane n used for W > 0 grams, or for weightless pieces, costs ``fixed[n] + per_parcel[n] * parcels(W) +
    per_step[n] * steps(W)``, and each lane beyond the first ``split``.

    ``lines[p]``: how many lines of the order piece p stands for; ``room[n]``: lines lane n can take (None: any).
    ``shared``: for stock wanted by several pieces, (their indices, their units, units each lane has).
    """

    costs: Floats
    grams: NDArray[np.int64]
    fixed: list[int]
    per_parcel: list[int]
    per_step: list[int]
    split: int
    step_grams: int
    max_grams: int
    lines: list[int]
    room: list[int | None]
    shared: list[tuple[list[int], list[int], list[int]]]

    def lane_cost(self, n: int, grams: int) -> int:
        """Freight, parcels' handling and fixed cost of using lane ``n`` for ``grams``, with its split penalty."""
        parcels = -(-grams // self.max_grams) or 1
        return self.fixed[n] + self.split + self.per_parcel[n] * parcels + self.per_step[n] * (-(-grams // self.step_grams) or 1)

    def cost(self, where: NDArray[np.intp]) -> int:
        """The whole cost of placing piece p on lane ``where[p]``; a piece at -1 is left out."""
        if where.min(initial=0) < 0:
            kept = where >= 0
            return replace(self, costs=self.costs[:, kept], grams=self.grams[kept]).cost(where[kept])
        weights = np.bincount(where, weights=self.grams, minlength=len(self.fixed))
        used = np.bincount(where, minlength=len(self.fixed))
        pieces = self.costs[where, np.arange(len(where))].sum()
        lanes = sum(self.lane_cost(n, int(weights[n])) for n in range(len(self.fixed)) if used[n])
        return int(pieces) + lanes - (self.split if lanes else 0)

    def fits(self, where: NDArray[np.intp]) -> bool:
        """Whether the placing keeps within each lane's room and the stock that pieces share."""
        for n, room in enumerate(self.room):
            if room is not None and sum(self.lines[p] for p in np.flatnonzero(where == n)) > room:
                return False
        for pieces, units, have in self.shared:
            taken = [0] * len(have)
            for p, q in zip(pieces, units, strict=True):
                taken[where[p]] += q
            if any(t > h for t, h in zip(taken, have, strict=True)):
                return False
        return True
