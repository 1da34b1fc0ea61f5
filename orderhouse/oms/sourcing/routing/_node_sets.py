"""Many lines, few lanes: bound every set of lanes, then search the sets that may still hold something cheaper.

For a set T of lanes whose cheapest rate per step is r, m[n] parcels from each, and the total weight W:

    bound(T, m) = fixed costs of T + split penalties + parcels' costs + r * max(steps(W), |T|)
                  + sum over pieces of the least, within T, of its cost + (the lane's rate - r) * its weight in steps
                  + for each lane whose pieces, each at its least, exceed m[n] parcels: the least it takes to move the
                    excess weight elsewhere, pieces taken as divisible

because started steps (and parcels) of the parts never number fewer than those of the whole. Within a set, placings are
tried in the order of what they add to the sum over pieces (the k best sums, by a heap), so the first that reaches the
best cost known closes the set, and wherever the search stops, what it reached is itself a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from orderhouse.oms.sourcing.routing._deviations import Deviations
from orderhouse.oms.sourcing.routing._polish import polish
from orderhouse.oms.sourcing.routing._problem import Floats, Places, Problem

_SETS = 2000
_FEW_LANES = 6  # all sets of these are soon visited; beyond, a good placing beforehand rules most of them out
_FEW_PARCELS = 8  # beyond these, a parcel more or less weighs little, and the ways to share them out are many
_POLISHED = 3
_EPS = 1e-6


@dataclass(slots=True)
class _Set:
    """``without_parcels``: its bound but for parcels; ``reduced``: |T| x P, cost of each piece with its weight's surcharge."""

    bound: float
    without_parcels: float
    lanes: list[int]
    reduced: Floats


@dataclass(slots=True)
class _Best:
    where: Places
    cost: int

    def offer(self, where: Places, cost: int) -> None:
        if cost < self.cost:
            self.where, self.cost = where, cost

    def beaten_by(self, bound: float) -> bool:
        """Whether a bound leaves room for a whole minor unit less."""
        return bound <= self.cost - 1 + _EPS


@dataclass(slots=True)
class _Start:
    """A placing to better: the bound of its share of parcels, the grams those leave each lane, whether it exceeds them."""

    bound: float
    where: Places
    most: list[int]
    overloaded: bool


def search(problem: Problem, *, steps: int) -> tuple[Places, int, int]:
    """The best placing found, its cost, and a proven lower bound; equal when the placing is optimal.

    ``steps``: placings tried one by one beyond the first of each set. Every piece must have a lane.
    """
    first = problem.costs.argmin(axis=0)
    best = _Best(first, problem.cost(first))
    if len(problem.fixed) > _FEW_LANES:
        _drop_lanes(problem, best)
    sets, floor = _bounded_sets(problem, best)
    sets.sort(key=lambda within: within.bound)
    starts: list[_Start] = []
    opened = [(within, _share_parcels(problem, within, best, starts)) for within in sets if best.beaten_by(within.bound)]
    if any(best.beaten_by(moved) for _, shares in opened for _, moved in shares):
        best.offer(*polish(problem, best.where))
        for start in sorted(starts, key=lambda start: start.bound)[:_POLISHED]:
            if best.beaten_by(start.bound):
                where = polish(problem, start.where, start.most)[0] if start.overloaded else start.where
                best.offer(*polish(problem, where))
    for within, shares in opened:
        left = [(bound, moved) for bound, moved in shares if best.beaten_by(moved)]
        if left:
            reached, steps = _try_deviations(problem, within, min(bound for bound, _ in left), best, steps)
            floor = min(floor, min(max(moved, bound + reached) for bound, moved in left))
    return best.where, best.cost, ceil(floor - _EPS) if best.beaten_by(floor) else best.cost


def _drop_lanes(problem: Problem, best: _Best) -> None:
    """From all lanes, leave out one after another, each time the one without which the placing is cheapest."""
    linear = problem.costs + np.outer(problem.per_step, problem.grams / problem.step_grams)
    kept = list(range(len(problem.fixed)))
    now = inf
    while len(kept) > 1:
        tried = []
        for n in kept:
            rest = [m for m in kept if m != n]
            least = linear[rest].argmin(axis=0)
            where = np.array(rest, dtype=np.intp)[least]
            if np.isfinite(problem.costs[where, np.arange(len(where))]).all():
                tried.append((problem.cost(where), n, where))
        if not tried:
            return
        cost, n, where = min(tried, key=lambda option: option[:2])
        if cost > now:
            return
        now = cost
        kept = sorted({*where.tolist()} - {n})
        best.offer(where, cost)


def _lanes_needed(problem: Problem) -> int:
    """At least so many lanes any placing uses: pieces no two of which could share a lane, found greedily."""
    can = np.isfinite(problem.costs)
    taken = np.zeros(len(can), dtype=bool)
    needed = 0
    for p in np.argsort(can.sum(axis=0), kind="stable").tolist():
        if not (taken & can[:, p]).any():
            taken |= can[:, p]
            needed += 1
    return needed


def _bounded_sets(problem: Problem, best: _Best) -> tuple[list[_Set], float]:
    """The sets that may hold something cheaper than the best placing met, and a bound on the sets left unvisited (inf: none)."""
    lanes = sorted(range(len(problem.fixed)), key=lambda n: (problem.per_step[n], n))
    in_steps = problem.grams / problem.step_grams
    total = int(problem.grams.sum())
    steps, parcels = -(-total // problem.step_grams) or 1, -(-total // problem.max_grams) or 1
    found: list[_Set] = []
    visited, unvisited = 0, inf
    for k in range(len(lanes)):
        tail = np.array(lanes[k:], dtype=np.intp)
        rate = problem.per_step[lanes[k]]
        reduced = problem.costs[tail] + np.outer([problem.per_step[n] - rate for n in lanes[k:]], in_steps)
        floor = float(reduced.min(axis=0).sum())
        if floor == inf:
            break
        opening = [problem.fixed[n] + problem.split for n in lanes[k:]]
        parcel = [problem.per_parcel[n] for n in lanes[k:]]
        # a set on the stack: its rows of ``reduced``, the pieces' least costs, what opening it and its first parcels cost
        stack = [([0], reduced[0], opening[0] - problem.split, parcel[0])]
        while stack:
            rows, least, cost, parcels_cost = stack.pop()
            size = len(rows)
            bare = cost + rate * max(steps, size) + float(least.sum())
            bound = bare + parcels_cost + max(0, parcels - size) * min(parcel[row] for row in rows)
            if best.beaten_by(bound):
                within = _Set(bound, bare, [lanes[k + row] for row in rows], reduced[rows])
                where = np.array(within.lanes, dtype=np.intp)[within.reduced.argmin(axis=0)]
                best.offer(where, problem.cost(where))
                found.append(within)
            visited += 1
            if visited > _SETS:
                needed = max(1, _lanes_needed(problem))
                openings = sorted(cost + first for cost, first in zip(opening, parcel, strict=True))[:needed]
                extra = max(0, parcels - needed) * min(parcel)
                unvisited = min(unvisited, sum(openings) - problem.split + extra + rate * max(steps, needed) + floor)
                break
            for row in range(rows[-1] + 1, len(tail)):
                wider, first_parcels = cost + opening[row], parcels_cost + parcel[row]
                if best.beaten_by(wider + first_parcels + rate * max(steps, size + 1) + floor):
                    stack.append(([*rows, row], np.minimum(least, reduced[row]), wider, first_parcels))
    return found, unvisited


def _share_parcels(problem: Problem, within: _Set, best: _Best, starts: list[_Start]) -> list[tuple[float, float]]:
    """For each way to share out parcels over the set that may hold something cheaper: its bound without, and with, what
    moving the excess weight costs. Placings that move it are offered and added to ``starts``."""
    lanes, reduced = within.lanes, within.reduced
    parcels = -(-int(problem.grams.sum()) // problem.max_grams) or 1
    if len(lanes) == 1 or parcels > _FEW_PARCELS:
        return [(within.bound, within.bound)]
    by_cost = reduced.argsort(axis=0, kind="stable")
    home, second = by_cost[0], by_cost[1]
    every = np.arange(len(home))
    excess = reduced[second, every] - reduced[home, every]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(problem.grams > 0, excess / problem.grams, inf)
    leaving = np.argsort(ratio, kind="stable")
    mine = [leaving[home[leaving] == t] for t in range(len(lanes))]
    loads = [int(problem.grams[pieces].sum()) for pieces in mine]
    known: dict[tuple[int, int], float] = {}

    def moving(t: int, count: int) -> float:
        """The least it costs to bring lane ``t`` down to ``count`` parcels."""
        over = loads[t] - count * problem.max_grams
        if over <= 0:
            return 0.0
        if (t, count) not in known:
            cost = 0.0
            for p in mine[t].tolist():
                share = min(1.0, over / problem.grams[p]) if problem.grams[p] else 0.0
                cost += share * excess[p] if share else 0.0
                over -= problem.grams[p]
                if over <= 0:
                    break
            known[t, count] = cost
        return known[t, count]

    shares = []
    parcel = [problem.per_parcel[n] for n in lanes]
    for counts in _ways(parcel, parcels, best.cost - 1 - within.without_parcels + _EPS):
        bound = within.without_parcels + sum(b * m for b, m in zip(parcel, counts, strict=True))
        moved = bound + sum(moving(t, m) for t, m in enumerate(counts))
        if not best.beaten_by(moved):
            continue
        shares.append((bound, moved))
        if moved > bound:
            rows, load = home.copy(), loads.copy()
            most = [m * problem.max_grams for m in counts]
            for t in range(len(lanes)):
                for p in mine[t].tolist():
                    if load[t] <= most[t]:
                        break
                    weight = int(problem.grams[p])
                    others = [u for u in by_cost[1:, p].tolist() if reduced[u, p] < inf]
                    to = next((u for u in others if load[u] + weight <= most[u]), None)
                    if to is not None:
                        rows[p] = to
                        load[t] -= weight
                        load[to] += weight
            where = np.array(lanes, dtype=np.intp)[rows]
            best.offer(where, problem.cost(where))
            limit = [0] * len(problem.fixed)
            for n, grams in zip(lanes, most, strict=True):
                limit[n] = grams
            starts.append(_Start(moved, where, limit, any(has > may for has, may in zip(load, most, strict=True))))
    return shares


def _ways(parcel: list[int], total: int, within: float) -> Iterator[tuple[int, ...]]:
    """Counts of at least 1 for each lane, ``total`` or more together, none more than ``total``, costing at most ``within``."""

    def rest(t: int, missing: int, money: float) -> Iterator[tuple[int, ...]]:
        if t == len(parcel):
            if missing <= 0:
                yield ()
            return
        others = sum(parcel[t + 1 :])
        for count in range(1, total + 1):
            if parcel[t] * count + others > money:
                break
            for tail in rest(t + 1, missing - count, money - parcel[t] * count):
                yield (count, *tail)

    return rest(0, total, within)


def _try_deviations(problem: Problem, within: _Set, bound: float, best: _Best, steps: int) -> tuple[float, int]:
    """Try placings by rising sum; how far above ``bound`` all that was not tried must be, and the steps left."""
    ways = Deviations(problem, within.lanes, within.reduced, best.cost - 1 - bound + _EPS, steps)
    for added, chain in ways:
        if steps <= 0 or not best.beaten_by(bound + added):
            return added, steps
        steps -= 1
        cost = ways.cost(chain)
        if cost < best.cost:
            best.offer(ways.placing(chain), cost)
    return inf, steps
