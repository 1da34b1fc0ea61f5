"""The cheapest decision is the cheapest: against brute force, and against a MILP written only here."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from orderhouse.oms.sourcing.candidates import Policy, Survey, explain
from orderhouse.oms.sourcing.routing import named
from orderhouse.oms.sourcing.rules import decide_batch, survey
from orderhouse.oms.sourcing.tests.worlds import TARIFF, brute_force, line, node, order, world

POLICY = Policy()
lowest_cost = named("lowest_cost").decide


def by_solver(seen: Survey) -> float:
    """The least cost of placing every line whole, by HiGHS: x[i,n] places, u[n] opens, s[n] steps, m[n] parcels."""
    lines, lanes = seen.order.lines, seen.lanes
    count = len(lanes)
    pairs = [(i, n) for i, need in enumerate(lines) for n in range(count) if lanes[n].available[i] >= need.quantity]
    if not pairs:
        return 0.0
    size = len(pairs) + 3 * count
    open_at, step_at, parcel_at = len(pairs), len(pairs) + count, len(pairs) + 2 * count
    cost = np.zeros(size)
    for column, (i, n) in enumerate(pairs):
        share = lanes[n].node.scarcity_weight * lines[i].quantity / lanes[n].available[i]
        cost[column] = lanes[n].node.handling_per_line + int(share + 0.5)
    for n, lane in enumerate(lanes):
        rate = TARIFF.rates["standard", lane.zone]
        cost[open_at + n] = lane.late_cost + seen.policy.split_penalty
        cost[step_at + n] = rate.per_step
        cost[parcel_at + n] = rate.base + lane.node.handling_per_parcel
    rows: list[np.ndarray] = []
    low: list[float] = []
    high: list[float] = []
    for i in sorted({i for i, _ in pairs}):
        row = np.zeros(size)
        row[[c for c, (j, _) in enumerate(pairs) if i == j]] = 1
        rows, low, high = [*rows, row], [*low, 1], [*high, 1]
    for n in range(count):
        weight = np.zeros(size)
        for c, (i, m) in enumerate(pairs):
            if m == n:
                weight[c] = lines[i].weight_grams * lines[i].quantity
                row = np.zeros(size)
                row[c], row[open_at + n] = 1, -1
                rows, low, high = [*rows, row], [*low, -np.inf], [*high, 0]
        for at, grams in ((step_at, TARIFF.step_grams), (parcel_at, TARIFF.max_parcel_grams)):
            row = weight.copy()
            row[at + n] = -grams
            least = np.zeros(size)
            least[at + n], least[open_at + n] = -1, 1
            rows, low, high = [*rows, row, least], [*low, -np.inf, -np.inf], [*high, 0, 0]
    most = np.full(size, np.inf)
    most[:step_at] = 1
    found = milp(
        cost,
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=np.ones(size, dtype=np.int64),
        bounds=Bounds(0, most),
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0
    return float(found.fun) - seen.policy.split_penalty


def test_the_exact_answer_equals_trying_every_placing() -> None:
    for seed in range(300):
        seen = survey(*world(seed, 1 + seed % 6, 2 + seed % 4, in_stock=(0.95, 0.6, 0.35)[seed % 3]), TARIFF, POLICY)
        decision = lowest_cost(seen)
        assert decision.proven == "exact"
        assert decision.cost == brute_force(seen, POLICY, TARIFF), f"seed {seed}"


def test_the_exact_answer_equals_a_mixed_integer_program() -> None:
    for seed in range(60):
        seen = survey(*world(40_000 + seed, 3 + seed % 6, 3 + seed % 5, in_stock=0.6), TARIFF, POLICY)
        assert lowest_cost(seen).cost == pytest.approx(by_solver(seen), abs=0.01), f"seed {seed}"


def test_beyond_twelve_lines_the_bound_holds_the_optimum_and_proof_means_optimum() -> None:
    proven = {"exact": 0, "bounded": 0}
    above = []
    for seed in range(24):
        lines, nodes = ((14, 3), (18, 3), (16, 4))[seed % 3]
        seen = survey(*world(50_000 + seed, lines, nodes, in_stock=(0.9, 0.6)[seed % 2]), TARIFF, POLICY)
        decision, optimum = lowest_cost(seen), by_solver(seen)
        proven[decision.proven] += 1
        assert decision.cost >= optimum - 0.01
        if decision.proven == "exact":
            assert decision.cost == pytest.approx(optimum, abs=0.01), f"seed {seed}"
        else:
            assert decision.gap is not None
            assert decision.cost <= optimum * (1 + decision.gap) + 1, f"seed {seed}"
        above.append(decision.cost / optimum - 1)
    assert max(above) < 0.05
    assert sum(above) / len(above) < 0.01
    assert proven["exact"] >= 8


def test_the_solver_closes_the_gap_when_the_policy_asks() -> None:
    thorough = Policy(gap_worth_solving=0.0, solver_seconds=20)
    closed = 0
    for seed in range(6):
        given = world(60_000 + seed, 15, 3, in_stock=0.6)
        decision = lowest_cost(survey(*given, TARIFF, thorough))
        assert decision.cost == pytest.approx(by_solver(survey(*given, TARIFF, thorough)), abs=0.01)
        closed += decision.method == "mixed-integer program"
    assert closed


def test_one_node_with_everything_is_proven_without_a_search() -> None:
    near, far = node(1), node(2, lat=56.0)
    wanted = order(1, *(line(i, i) for i in range(24)))
    stock = {(n, i, 0): 10 for n in (1, 2) for i in range(24)}
    (decision,) = decide_batch([wanted], [far, near], stock, TARIFF)
    assert {a.node_id for a in decision.assignments} == {1}
    assert (decision.proven, decision.method) == ("exact", "one node, cheaper than any two")
    assert decision.cost == decision.candidates[0].cost_if_alone == 290 + 12 * 30


def test_a_line_stays_whole_where_any_node_can_carry_it_whole() -> None:
    cheap_but_short, dear = node(1), node(2, lat=56.0, handling_per_line=900)
    (decision,) = decide_batch([order(1, line(1, 7, 10))], [cheap_but_short, dear], {(1, 7, 0): 9, (2, 7, 0): 10}, TARIFF)
    assert decision.assignments == ((1, 2, 10),)


def test_a_line_nobody_can_carry_whole_is_split_from_the_cheapest_and_the_rest_waits() -> None:
    nodes = [node(1), node(2, lat=53.5), node(3, lat=56.5)]
    (enough,) = decide_batch([order(1, line(1, 7, 10))], nodes, {(1, 7, 0): 6, (2, 7, 0): 6, (3, 7, 0): 6}, TARIFF)
    assert enough.assignments == ((1, 1, 6), (1, 2, 4))
    assert enough.backordered == ()
    assert enough.proven == "heuristic"
    (short,) = decide_batch([order(1, line(1, 7, 20))], nodes, {(1, 7, 0): 6, (3, 7, 0): 6}, TARIFF)
    assert sorted(short.assignments) == [(1, 1, 6), (1, 3, 6)]
    assert short.backordered == ((1, 8),)
    assert short.proven == "exact"  # there was no choice


def test_two_lines_of_one_item_share_its_stock() -> None:
    wanted = order(1, line(1, 7, 5), line(2, 7, 5), line(3, 8))
    stock = {(1, 7, 0): 7, (2, 7, 0): 7, (1, 8, 0): 1}
    (decision,) = decide_batch([wanted], [node(1), node(2, lat=53.5)], stock, TARIFF)
    assert {a.node_id for a in decision.assignments if a.line_id in (1, 2)} == {1, 2}
    assert all(a.quantity == 5 for a in decision.assignments if a.line_id != 3)
    assert decision.proven == "exact"


def test_many_lines_of_one_scarce_item_stay_whole_as_far_as_they_can() -> None:
    nodes = [node(1), node(2, lat=53.5)]
    (few,) = decide_batch([order(1, *(line(i, 7, 5) for i in range(4)))], nodes, {(1, 7, 0): 11, (2, 7, 0): 6}, TARIFF)
    whole = [a for a in few.assignments if a.quantity == 5]
    assert len(whole) == 3
    assert sum(a.quantity for a in few.assignments) == 17
    (many,) = decide_batch([order(1, *(line(i, 7) for i in range(3000)))], nodes, {(1, 7, 0): 900, (2, 7, 0): 800}, TARIFF)
    assert len(many.assignments) == 1700
    assert len(many.backordered) == 1300


def test_capacity_and_shared_stock_are_kept_at_the_least_cost() -> None:
    patient = replace(POLICY, solver_seconds=20)  # no clock decides here
    checked = 0
    for seed in range(40):
        wanted, nodes, stock = world(70_000 + seed, 5, 3, in_stock=0.9)
        nodes = [replace(place, capacity_left_lines=3) for place in nodes]
        seen = survey(wanted, nodes, stock, TARIFF, patient)
        decision = lowest_cost(seen)
        free = survey(wanted, [replace(place, capacity_left_lines=None) for place in nodes], stock, TARIFF, patient)
        least = min(
            (
                cost
                for where in product(range(len(seen.lanes)), repeat=5)
                if max(where.count(n) for n in set(where)) <= 3 and (cost := _cost_at(free, where)) is not None
            ),
            default=None,
        )
        assert all(shipment.lines <= 3 for shipment in decision.shipments)
        if least is not None:
            checked += 1
            assert decision.cost == least, f"seed {seed}"
    assert checked > 20


def _cost_at(seen: Survey, where: tuple[int, ...]) -> int | None:
    """The cost of exactly this placing, None where a line is not in stock there."""
    lanes = list(seen.lanes)
    if any(lanes[n].line_cost[i] < 0 for i, n in enumerate(where)):
        return None
    only = [
        replace(lane, available=[a if where[i] == n else 0 for i, a in enumerate(lane.available)]) for n, lane in enumerate(lanes)
    ]
    return brute_force(replace(seen, lanes=only), seen.policy, TARIFF)


def test_scarce_stock_is_spared() -> None:
    nodes = [node(1, scarcity_weight=400), node(2, lat=52.2, scarcity_weight=400)]
    (decision,) = decide_batch([order(1, line(1, 7))], nodes, {(1, 7, 0): 1, (2, 7, 0): 400}, TARIFF)
    assert decision.assignments == ((1, 2, 1),)
    assert decision.parts.scarcity == 1


def test_the_explanation_adds_up_and_is_json() -> None:
    for seed in range(30):
        (decision,) = decide_batch([(given := world(seed, 2 + seed % 20, 4))[0]], given[1], given[2], TARIFF)
        told = json.loads(json.dumps(explain(decision)))
        assert told["cost"] == decision.cost == sum(told["parts"].values())
        assert told["cost"] == sum(s["cost"] for s in told["shipments"]) + told["parts"].get("split", 0)
        assert len(told["candidates"]) == 4


def test_ten_thousand_lines_are_decided_within_two_seconds() -> None:
    wanted, nodes, stock = world(9, 10_000, 6, in_stock=0.8)
    started = time.process_time()
    (decision,) = decide_batch([wanted], nodes, stock, TARIFF)
    took = time.process_time() - started
    served = {a.line_id for a in decision.assignments}
    assert len(served) + len({line_id for line_id, _ in decision.backordered} - served) == 10_000
    assert len(json.dumps(explain(decision))) < 5_000
    assert took < 2, f"{took:.2f} s"
