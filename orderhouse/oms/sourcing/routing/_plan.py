"""The search for the least cost: whole lines first and exactly where possible, then the lines that must be split."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from orderhouse.oms.sourcing.candidates import Proven, Survey
from orderhouse.oms.sourcing.routing import _milp, _node_sets, _subsets
from orderhouse.oms.sourcing.routing._problem import Problem
from orderhouse.oms.sourcing.routing._settle import Ledger, Plan, Take, carries_all, cost_alone

Piece = tuple[int, int, tuple[int, ...]]
"""(line index, units, the lanes it may go to)."""


def plan(survey: Survey, *, parcel_surcharge: int = 0) -> Plan:
    """The cheapest way to ship all that can be shipped; ``parcel_surcharge`` (minor units) is weighed but not charged.

    1. One lane that holds everything is taken at once when no placing over two lanes can be cheaper.
    2. Every line some lane can carry whole is one piece. A line none can carry whole, of which the lanes together have no
       more than it wants, becomes one piece for each lane that has any: no choice there. The pieces are placed exactly up
       to 12 (those with a single lane count as one for that lane), else by bounded search over sets of lanes.
    3. A line that must be split and leaves a choice is filled from the cheapest lanes by cost per unit, and the pieces are
       placed again around it.
    """
    alone = _one_lane(survey, parcel_surcharge)
    if alone is not None:
        return alone
    pieces, scattered = _pieces(survey)
    takes, method, proven, gap = _place(survey, pieces, parcel_surcharge)
    placed = {i for i, _, _ in takes}
    scattered += sorted({i for i, _, _ in pieces} - placed)
    if not scattered:
        return Plan(takes, method, proven, gap)
    spread = _spread(survey, takes, scattered, parcel_surcharge)
    if not survey.shared_stock and all(lane.node.capacity_left_lines is None for lane in survey.lanes):
        # The lanes a split has opened may be better homes for whole lines: place those again around the split.
        again = _place(survey, pieces + [(i, units, (n,)) for i, n, units in spread[len(takes) :]], parcel_surcharge)[0]
        if _cost(survey, again, parcel_surcharge) < _cost(survey, spread, parcel_surcharge):
            spread = again
    return Plan(spread, f"{method}; {len(scattered)} split by cost per unit", "heuristic", None)


def _one_lane(survey: Survey, surcharge: int) -> Plan | None:
    """The cheapest lane that carries all, if no placing over two or more lanes can cost less; else None.

    Two lanes or more cost at least: the two cheapest openings, one split penalty, each line at its cheapest, and all the
    weight at the lowest rate with at least a step and a parcel each.
    """
    lanes = survey.lanes
    full = [n for n, lane in enumerate(lanes) if carries_all(survey, lane)]
    if not full:
        return None
    costs = [cost_alone(survey, lanes[n], surcharge) for n in full]
    least = min(costs)
    takes = [(i, full[costs.index(least)], line.quantity) for i, line in enumerate(survey.order.lines)]
    if len(lanes) == 1 or len(survey.order.lines) == 1:
        return Plan(takes, "one node" if len(lanes) == 1 else "one line", "exact", 0.0)
    per_parcel = [lane.base + lane.node.handling_per_parcel + surcharge for lane in lanes]
    opening = sorted(parcel + lane.late_cost for parcel, lane in zip(per_parcel, lanes, strict=True))
    grams = survey.total_grams
    floor = (
        opening[0]
        + opening[1]
        + survey.policy.split_penalty
        + sum(min([cost for cost in column if cost >= 0]) for column in zip(*(lane.line_cost for lane in lanes), strict=True))
        + min(lane.per_step for lane in lanes) * max(2, survey.tariff.steps(grams))
        + max(0, survey.tariff.parcels(grams) - 2) * min(per_parcel)
    )
    return Plan(takes, "one node, cheaper than any two", "exact", 0.0) if least <= floor else None


def _pieces(survey: Survey) -> tuple[list[Piece], list[int]]:
    """What is to be placed, and the lines to be split with a choice."""
    lanes, lines = survey.lanes, survey.order.lines
    wanted: dict[tuple[int, int], int] = {}
    for line in lines:
        wanted[line.item_id, line.owner_id] = wanted.get((line.item_id, line.owner_id), 0) + 1
    pieces: list[Piece] = []
    scattered = []
    for i, line in enumerate(lines):
        whole = tuple(n for n, lane in enumerate(lanes) if lane.line_cost[i] >= 0)
        if whole:
            pieces.append((i, line.quantity, whole))
            continue
        some = [(n, lane.available[i]) for n, lane in enumerate(lanes) if lane.available[i] > 0]
        alone = wanted[line.item_id, line.owner_id] == 1
        if alone and sum(units for _, units in some) <= line.quantity:
            pieces += [(i, units, (n,)) for n, units in some]
        elif some:
            scattered.append(i)
    if survey.shared_stock:
        crowded = _crowded_out(survey, pieces)
        pieces = [piece for piece in pieces if piece[0] not in crowded]
        scattered = sorted({*scattered, *crowded})
    return pieces, scattered


def _crowded_out(survey: Survey, pieces: list[Piece]) -> set[int]:
    """Lines that cannot stay whole because other lines of the order want the same stock: as few as possible."""
    lines = survey.order.lines
    same: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        same.setdefault((lines[piece[0]].item_id, lines[piece[0]].owner_id), []).append(piece)
    out: set[int] = set()
    for group in same.values():
        if len(group) < 2:
            continue
        have = [max(lane.available[i] for i, _, _ in group) for lane in survey.lanes]
        if any(sum(units for _, units, _ in group) <= have[n] for n in set(group[0][2]).intersection(*(w for _, _, w in group))):
            continue
        kept = _most_whole(sorted(group, key=lambda piece: piece[1]), have)
        out |= {i for i, _, _ in group} - kept
    return out


def _most_whole(group: list[Piece], have: list[int]) -> set[int]:
    """The most lines of ``group`` that fit whole into ``have``: up to 8 lines by trying (at most 2,000 steps), else first fit,
    the smallest first."""
    best: tuple[int, ...] = ()
    tries = 0

    def put(at: int, kept: tuple[int, ...]) -> None:
        nonlocal best, tries
        tries += 1
        if len(kept) > len(best):
            best = kept
        if at == len(group) or len(kept) + len(group) - at <= len(best) or tries > 2000:
            return
        i, units, where = group[at]
        for n in where:
            if have[n] >= units:
                have[n] -= units
                put(at + 1, (*kept, i))
                have[n] += units
        put(at + 1, kept)

    if len(group) <= 8:
        put(0, ())
        return set(best)
    fitted = set()
    for i, units, where in group:
        n = next((n for n in where if have[n] >= units), None)
        if n is not None:
            have[n] -= units
            fitted.add(i)
    return fitted


def _place(survey: Survey, pieces: list[Piece], surcharge: int) -> tuple[list[Take], str, Proven, float | None]:
    """Place each piece on one of its lanes at least cost. A piece for which no room is left is not among the takes."""
    if not pieces:
        return [], "nothing to ship", "exact", 0.0
    problem, members = _problem(survey, pieces, surcharge)
    count = len(members)
    if count <= _subsets.MAX_PIECES:
        where, cost = _subsets.solve(problem)
        bound, method = cost, "every subset of lines priced"
    else:
        where, cost, bound = _node_sets.search(problem, steps=survey.policy.search_steps)
        method = "sets of nodes bounded"
    if not problem.fits(where):
        # The searches overlook rooms and stock that lines share: a bound still, but not a plan.
        where, method = _make_fit(problem, where), method + ", then made to fit"
        cost = problem.cost(where)
        bound = bound if (where >= 0).all() else 0
    worth = 0.0 if count <= _subsets.MAX_PIECES else survey.policy.gap_worth_solving
    if cost - bound > worth * cost and count <= _milp.MAX_PIECES:
        solved = _milp.solve(problem, seconds=survey.policy.solver_seconds)
        if solved is not None:
            other, other_cost, other_bound = solved
            bound, method = max(bound, other_bound), "mixed-integer program"
            if (-(other >= 0).sum(), other_cost) < (-(where >= 0).sum(), cost):
                where, cost = other, other_cost
    takes = [
        (pieces[p][0], int(n), pieces[p][1]) for group, n in zip(members, where.tolist(), strict=True) if n >= 0 for p in group
    ]
    takes.sort()
    if bound >= cost:
        return takes, method, "exact", 0.0
    if bound <= 0:
        return takes, method, "heuristic", None
    return takes, method, "bounded", (cost - bound) / bound


def _problem(survey: Survey, pieces: list[Piece], surcharge: int) -> tuple[Problem, list[list[int]]]:
    """The pieces as a :class:`Problem`, and for each of its pieces which of ours it stands for.

    Pieces with one lane only all go there, so they are one; not where rooms or shared stock must be watched piece by piece.
    """
    lanes, lines, tariff = survey.lanes, survey.order.lines, survey.tariff
    room = [lane.node.capacity_left_lines for lane in lanes]
    watched = survey.shared_stock or any(left is not None and left < len(pieces) for left in room)
    members: list[list[int]] = []
    only: dict[int, list[int]] = {}
    for p, (_, _, where) in enumerate(pieces):
        if len(where) == 1 and not watched:
            if where[0] not in only:
                members.append(only.setdefault(where[0], []))
            only[where[0]].append(p)
        else:
            members.append([p])
    costs = np.full((len(lanes), len(members)), inf)
    grams = np.empty(len(members), dtype=np.int64)
    for column, group in enumerate(members):
        grams[column] = sum(lines[pieces[p][0]].weight_grams * pieces[p][1] for p in group)
        for n in pieces[group[0]][2]:
            costs[n, column] = sum(
                cost if (cost := lanes[n].line_cost[pieces[p][0]]) >= 0 else lanes[n].piece_cost(pieces[p][0], pieces[p][1])
                for p in group
            )
    shared: list[tuple[list[int], list[int], list[int]]] = []
    if survey.shared_stock:
        same: dict[tuple[int, int], list[int]] = {}
        for p, (i, _, _) in enumerate(pieces):
            same.setdefault((lines[i].item_id, lines[i].owner_id), []).append(p)
        shared = [
            (group, [pieces[p][1] for p in group], [max(lane.available[pieces[p][0]] for p in group) for lane in lanes])
            for group in same.values()
            if len(group) > 1
        ]
    problem = Problem(
        costs,
        grams,
        [lane.late_cost for lane in lanes],
        [lane.base + lane.node.handling_per_parcel + surcharge for lane in lanes],
        [lane.per_step for lane in lanes],
        survey.policy.split_penalty,
        tariff.step_grams,
        tariff.max_parcel_grams,
        [len(group) for group in members],
        room if watched else [None] * len(lanes),
        shared,
    )
    return problem, members


def _make_fit(problem: Problem, where: NDArray[np.intp]) -> NDArray[np.intp]:
    """Keep pieces where they are while there is room, move the others to their cheapest lane with room, else -1."""
    room = [inf if left is None else left for left in problem.room]
    shares: dict[int, tuple[int, int]] = {}
    left = [list(have) for _, _, have in problem.shared]
    for g, (pieces, units, _) in enumerate(problem.shared):
        shares |= {p: (g, q) for p, q in zip(pieces, units, strict=True)}
    fitted = np.full(len(where), -1, dtype=np.intp)
    moved = []

    def put(p: int, n: int) -> bool:
        group, units = shares.get(p, (-1, 0))
        if room[n] < problem.lines[p] or (group >= 0 and left[group][n] < units):
            return False
        room[n] -= problem.lines[p]
        if group >= 0:
            left[group][n] -= units
        fitted[p] = n
        return True

    # the pieces with the fewest lanes to go to keep their place first
    for p in np.argsort(np.isfinite(problem.costs).sum(axis=0), kind="stable").tolist():
        if not put(p, int(where[p])):
            moved.append(p)
    for p in moved:
        for n in np.argsort(problem.costs[:, p], kind="stable").tolist():
            if problem.costs[n, p] < inf and put(p, n):
                break
    return fitted


def _spread(survey: Survey, takes: list[Take], scattered: list[int], surcharge: int) -> list[Take]:
    """``takes`` and, for each scattered line, units from the lanes cheapest per unit, given what is already taken."""
    ledger = Ledger(survey)
    weights: dict[int, int] = {}
    for i, n, units in takes:
        ledger.take(i, n, units)
        weights[n] = weights.get(n, 0) + units * survey.order.lines[i].weight_grams
    for i in scattered:
        line, filled = survey.order.lines[i], []
        left = line.quantity
        opened = set(weights)
        while left:
            choices = []
            for n in range(len(survey.lanes)):
                units = 0 if n in filled else min(left, ledger.room(i, n))
                if units:
                    extra = _added(survey, n, weights.get(n, 0), units * line.weight_grams, n in opened, surcharge)
                    choices.append(((extra + survey.lanes[n].piece_cost(i, units)) / units, n, units))
            if not choices:
                break
            _, n, units = min(choices)
            ledger.take(i, n, units)
            filled.append(n)
            opened.add(n)
            weights[n] = weights.get(n, 0) + units * line.weight_grams
            left -= units
    return ledger.takes


def _added(survey: Survey, n: int, grams: int, more: int, used: bool, surcharge: int) -> int:
    """What ``more`` grams add to the freight, parcels and fixed costs of lane ``n``."""
    lane, tariff = survey.lanes[n], survey.tariff
    parcel = lane.base + lane.node.handling_per_parcel + surcharge
    after = parcel * tariff.parcels(grams + more) + lane.per_step * tariff.steps(grams + more)
    if not used:
        return after + lane.late_cost + survey.policy.split_penalty
    return after - parcel * tariff.parcels(grams) - lane.per_step * tariff.steps(grams)


def _cost(survey: Survey, takes: list[Take], surcharge: int) -> int:
    """The cost of ``takes`` with the surcharge, to compare plans that ship the same units."""
    weights: dict[int, int] = {}
    cost = 0
    for i, n, units in takes:
        weights[n] = weights.get(n, 0) + units * survey.order.lines[i].weight_grams
        cost += survey.lanes[n].piece_cost(i, units)
    return cost + sum(_added(survey, n, 0, grams, False, surcharge) for n, grams in weights.items())
