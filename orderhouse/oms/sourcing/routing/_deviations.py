"""The placings of one set of lanes, by rising sum of what each piece costs above its least: the k best sums, by a heap."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np

from orderhouse.oms.sourcing.routing._problem import Floats, Places, Problem

Chain = tuple[int, ...]


class Deviations:
    """Placings other than ``home`` (each piece at its least), cheapest sum first; sums above ``slack`` are left out.

    Every combination of alternatives has one parent: the last alternative replaced by the one before, or taken away. So
    each comes up once, after its parent (Lawler 1972).
    """

    def __init__(self, problem: Problem, lanes: list[int], reduced: Floats, slack: float, at_most: int) -> None:
        rows = reduced.argmin(axis=0)
        excess = reduced - reduced.min(axis=0)
        every = np.arange(len(rows))
        excess[rows, every] = np.inf
        row, piece = np.nonzero(excess <= slack)
        rising = np.argsort(excess[row, piece], kind="stable")[: at_most + 1]
        row, piece = row[rising], piece[rising]
        self._problem, self._lanes = problem, lanes
        self._home: Places = np.array(lanes, dtype=np.intp)[rows]
        source, target = self._home[piece], np.array(lanes, dtype=np.intp)[row]
        self._excess: list[float] = excess[row, piece].tolist()
        self._moves = list(
            zip(
                piece.tolist(),
                source.tolist(),
                target.tolist(),
                problem.grams[piece].tolist(),
                (problem.costs[target, piece] - problem.costs[source, piece]).tolist(),
                strict=True,
            )
        )
        count = len(problem.fixed)
        self._grams = np.bincount(self._home, weights=problem.grams, minlength=count).astype(np.int64).tolist()
        self._count = np.bincount(self._home, minlength=count).tolist()
        self._cost = int(problem.costs[self._home, every].sum()) - problem.split

    def __iter__(self) -> Iterator[tuple[float, Chain]]:
        """(sum above the least, the alternatives taken)."""
        excess, moves = self._excess, self._moves
        heap: list[tuple[float, Chain]] = [(excess[0], (0,))] if excess else []
        while heap:
            added, chain = heap[0]
            moved_twice = len({moves[m][0] for m in chain}) < len(chain)
            if not moved_twice:
                yield added, chain
            heappop(heap)
            last = chain[-1]
            if last + 1 < len(excess):
                heappush(heap, (added - excess[last] + excess[last + 1], (*chain[:-1], last + 1)))
                if not moved_twice:
                    heappush(heap, (added + excess[last + 1], (*chain, last + 1)))

    def cost(self, chain: Chain) -> int:
        """The true cost of the placing."""
        grams, count, cost = self._grams.copy(), self._count.copy(), self._cost
        for m in chain:
            _, source, target, weight, difference = self._moves[m]
            grams[source] -= weight
            grams[target] += weight
            count[source] -= 1
            count[target] += 1
            cost += difference
        return int(cost) + sum(self._problem.lane_cost(n, grams[n]) for n in self._lanes if count[n])

    def placing(self, chain: Chain) -> Places:
        where = self._home.copy()
        for m in chain:
            where[self._moves[m][0]] = self._moves[m][2]
        return where
