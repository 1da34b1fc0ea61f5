"""The same placing as a mixed-integer program, for what the quick searches leave open. SciPy's HiGHS solves it."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from orderhouse.oms.sourcing.routing._problem import Problem

MAX_PIECES = 60


def solve(problem: Problem, *, seconds: float) -> tuple[NDArray[np.intp], int, int] | None:
    """Lane of each piece (-1: no room for it anywhere), cost of those placed, and a lower bound on that cost.

    As many pieces as possible are placed, then at least cost, within rooms and shared stock. None when the solver found
    nothing in time. The bound is that of the cost only where every piece is placed.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, seldom needed
    from scipy.sparse import csr_array

    count, pieces = problem.costs.shape
    lane, piece = (index.tolist() for index in np.nonzero(np.isfinite(problem.costs)))
    placings = len(lane)
    # columns: placings | lane used | steps | parcels | pieces left out
    used, steps, parcels, left = (placings + count * part for part in range(4))
    size = left + pieces
    costs = problem.costs[lane, piece]
    worst = float(np.where(np.isfinite(problem.costs), problem.costs, 0).sum()) + sum(
        problem.lane_cost(n, int(problem.grams.sum())) for n in range(count)
    )
    objective = np.concatenate(
        [
            costs,
            np.array(problem.fixed, dtype=float) + problem.split,
            np.array(problem.per_step, dtype=float),
            np.array(problem.per_parcel, dtype=float),
            np.full(pieces, worst + 1),
        ]
    )
    entries: list[tuple[int, int, float]] = []
    low: list[float] = []
    high: list[float] = []

    def row(terms: list[tuple[int, float]], at_least: float, at_most: float) -> None:
        entries.extend((len(low), column, value) for column, value in terms)
        low.append(at_least)
        high.append(at_most)

    of_lane: list[list[int]] = [[] for _ in range(count)]
    of_piece: list[list[int]] = [[] for _ in range(pieces)]
    column_of = {}
    for column, (n, p) in enumerate(zip(lane, piece, strict=True)):
        of_lane[n].append(column)
        of_piece[p].append(column)
        column_of[n, p] = column
        row([(column, 1), (used + n, -1)], -np.inf, 0)
    for p in range(pieces):
        row([*((column, 1.0) for column in of_piece[p]), (left + p, 1)], 1, 1)
    for n in range(count):
        weight = [(column, float(problem.grams[piece[column]])) for column in of_lane[n]]
        row([*weight, (steps + n, -problem.step_grams)], -np.inf, 0)
        row([*weight, (parcels + n, -problem.max_grams)], -np.inf, 0)
        row([(steps + n, 1), (used + n, -1)], 0, np.inf)
        row([(parcels + n, 1), (used + n, -1)], 0, np.inf)
        room = problem.room[n]
        if room is not None:
            row([(column, float(problem.lines[piece[column]])) for column in of_lane[n]], -np.inf, room)
    for shared, units, have in problem.shared:
        for n in range(count):
            wanted = [(column_of[n, p], float(q)) for p, q in zip(shared, units, strict=True) if (n, p) in column_of]
            if wanted:
                row(wanted, -np.inf, have[n])
    rows, columns, values = zip(*entries, strict=True)
    found = milp(
        objective,
        constraints=LinearConstraint(csr_array((values, (rows, columns)), shape=(len(low), size)), low, high),
        integrality=np.ones(size),
        bounds=Bounds(0, np.concatenate([np.ones(placings + count), np.full(2 * count, np.inf), np.ones(pieces)])),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    where = np.full(pieces, -1, dtype=np.intp)
    for column in np.flatnonzero(found.x[:placings] > 0.5).tolist():
        where[piece[column]] = lane[column]
    placed = where >= 0
    cost = problem.cost(where)
    bound = max(0.0, (found.mip_dual_bound or 0.0) - problem.split) if placed.all() else 0.0
    return where, cost, min(cost, ceil(bound - 1e-4))
