"""Improve a placing by moving one piece, or exchanging two, as long as either lowers the cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orderhouse.oms.sourcing.routing._problem import Floats, Places, Problem

_ROUNDS = 40
_EXCHANGED = 80  # pieces up to which all pairs are looked at


def polish(problem: Problem, where: Places, most: list[int] | None = None) -> tuple[Places, int]:
    """A placing no single move or exchange betters (or the last of 40 rounds), and its cost.

    With ``most`` (grams for each lane) it is weights above that, a minor unit a gram, that are bettered instead of whole
    parcels: a slope to walk down where a parcel more or less is a cliff.
    """
    where = where.copy()
    every = np.arange(len(where))
    grams = problem.grams
    fixed, parcel, step = (
        np.array(terms, dtype=float)[:, None] for terms in (problem.fixed, problem.per_parcel, problem.per_step)
    )

    limit = np.array(most if most is not None else [0] * len(fixed), dtype=np.int64)[:, None]

    def lanes(weights: NDArray[np.int64], rows: Places | slice = slice(None)) -> Floats:
        """What used lanes cost at ``weights``; row by row, or each entry by its own lane in ``rows``."""
        if most is not None:
            slope: Floats = step[rows] * weights / problem.step_grams + np.maximum(0, weights - limit[rows])
            return slope
        parcels = np.maximum(1, -(-weights // problem.max_grams))
        steps = np.maximum(1, -(-weights // problem.step_grams))
        cost: Floats = fixed[rows] + problem.split + parcel[rows] * parcels + step[rows] * steps
        return cost

    for _ in range(_ROUNDS):
        count = np.bincount(where, minlength=len(fixed))
        load = np.bincount(where, weights=grams, minlength=len(fixed)).astype(np.int64)
        now = np.where(count > 0, lanes(load[:, None])[:, 0], 0.0)
        here = problem.costs[where, every]
        left = load[where] - grams
        leaving = np.where(count[where] > 1, lanes(left[:, None], where)[:, 0], 0.0) - now[where] - here
        gain = problem.costs + lanes(load[:, None] + grams) - now[:, None] + leaving
        gain[where, every] = 0.0
        best = int(gain.argmin())
        lane, piece = divmod(best, len(where))
        if gain[lane, piece] < -0.5:
            where[piece] = lane
            continue
        if len(where) > _EXCHANGED:
            break
        # one of the pair goes to the other's lane: half of the change for each, added to its own transpose
        there = problem.costs[where][:, every].T  # [p, q]: cost of p on q's lane
        after = lanes(left[:, None] + grams, where)  # [p, q]: p's lane with q instead of p
        half = there - here[:, None] + after - now[where][:, None]
        both = half + half.T
        both[where[:, None] == where] = 0.0
        best = int(both.argmin())
        p, q = divmod(best, len(where))
        if both[p, q] >= -0.5:
            break
        where[p], where[q] = where[q], where[p]
    return where, problem.cost(where)
