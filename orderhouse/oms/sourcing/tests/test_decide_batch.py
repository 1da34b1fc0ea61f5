"""A batch of decisions: hard rules with reasons, no unit twice, one order of deciding, every rule alike."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.kernel.errors import NotFound
from orderhouse.oms.freight.calendars import Calendar
from orderhouse.oms.sourcing.candidates import Decision, LineNeed, NodeFacts, Policy
from orderhouse.oms.sourcing.routing import rules
from orderhouse.oms.sourcing.rules import decide_batch
from orderhouse.oms.sourcing.tests.worlds import MONDAY_NOON, TARIFF, line, node, order, world

Key = tuple[int, int, int]
Orders = list[list[tuple[int, int, int, bool]]]
NODES = [node(1, capacity_left_lines=6), node(2, lat=53.5, hazmat_ok=False), node(3, lat=56.0, scarcity_weight=50)]

lines_of_orders = st.lists(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 9), st.sampled_from([0, 400, 9000]), st.booleans()), min_size=1, max_size=16
    ),
    min_size=1,
    max_size=6,
)
stocks = st.dictionaries(st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(0)), st.integers(0, 20))


@pytest.mark.parametrize("rule", sorted(rules()))
@settings(max_examples=60, deadline=None)
@given(wanted=lines_of_orders, stock=stocks)
def test_no_rule_assigns_more_than_there_is_or_is_wanted(rule: str, wanted: Orders, stock: dict[Key, int]) -> None:
    orders = [
        order(number, *(LineNeed(100 * number + i, *facts) for i, facts in enumerate(rows))) for number, rows in enumerate(wanted)
    ]
    before = dict(stock)
    decisions = decide_batch(orders, NODES, stock, TARIFF, rule)
    assert stock == before
    needs = {need.line_id: need for one in orders for need in one.lines}
    taken: dict[Key, int] = defaultdict(int)
    served: dict[int, int] = defaultdict(int)
    for decision in decisions:
        for line_id, node_id, quantity in decision.assignments:
            assert quantity > 0
            assert not (needs[line_id].hazmat and node_id == 2)
            taken[node_id, needs[line_id].item_id, 0] += quantity
            served[line_id] += quantity
        for line_id, quantity in decision.backordered:
            served[line_id] += quantity
        assert decision.cost == decision.parts.total
    assert all(units <= stock.get(key, 0) for key, units in taken.items())
    assert served == {line_id: need.quantity for line_id, need in needs.items()}
    assert sum(s.lines for d in decisions for s in d.shipments if s.node_id == 1) <= 6


def test_a_batch_never_counts_a_unit_twice() -> None:
    orders = [order(n, line(n, 7, 3)) for n in range(1, 6)]
    decisions = decide_batch(orders, [node(1)], {(1, 7, 0): 7}, TARIFF)
    assert [sum(a.quantity for a in d.assignments) for d in decisions] == [3, 3, 1, 0, 0]
    assert [sum(q for _, q in d.backordered) for d in decisions] == [0, 0, 2, 3, 3]


def test_urgent_then_promised_then_old_orders_go_first_whatever_their_place_in_the_batch() -> None:
    orders = [
        order(1, line(1, 7), priority=5),
        order(2, line(2, 7), priority=5, promise_at=MONDAY_NOON + timedelta(days=4)),
        order(3, line(3, 7), priority=5, promise_at=MONDAY_NOON + timedelta(days=2)),
        order(4, line(4, 7), priority=1),
        order(5, line(5, 7), priority=5, received_at=MONDAY_NOON - timedelta(hours=1)),
        order(6, line(6, 7), priority=5),
    ]
    for seed in range(10):
        shuffled = random.Random(seed).sample(orders, len(orders))
        assert [d.order_id for d in decide_batch(shuffled, [node(1)], {(1, 7, 0): 99}, TARIFF)] == [4, 3, 2, 5, 1, 6]


def test_the_same_batch_is_decided_the_same_whatever_the_order_of_nodes() -> None:
    wanted, nodes, stock = world(5, 15, 5)
    twins = [replace(place, code=f"T{place.node_id}", node_id=place.node_id + 10) for place in nodes]
    stock |= {(n + 10, item, owner): units for (n, item, owner), units in stock.items()}
    first = decide_batch([wanted], nodes + twins, stock, TARIFF)
    for seed in range(5):
        again = decide_batch([wanted], random.Random(seed).sample(nodes + twins, 10), stock, TARIFF)
        assert [d._replace(candidates=()) for d in again] == [d._replace(candidates=()) for d in first]
        assert [set(d.candidates) for d in again] == [set(d.candidates) for d in first]


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_node_that_refused_a_line_is_never_asked_for_it_again(rule: str) -> None:
    nodes = [node(1), node(2, lat=56.0)]
    stock = {(n, item, 0): 9 for n in (1, 2) for item in (7, 8)}
    wanted = order(1, line(1, 7), line(2, 8), refused=frozenset({(1, 1)}))
    (decision,) = decide_batch([wanted], nodes, stock, TARIFF, rule)
    assert (1, 1, 1) not in decision.assignments
    assert decision.backordered == ()
    everywhere = order(1, line(1, 7), refused=frozenset({(1, 1), (1, 2)}))
    (decision,) = decide_batch([everywhere], nodes, stock, TARIFF, rule)
    assert decision.backordered == ((1, 1),)
    assert {c.refused_reason for c in decision.candidates} == {"refused before"}


@pytest.mark.parametrize(
    ("facts", "need", "reason"),
    [
        ({"countries": frozenset({"FR"})}, {}, "country: does not serve GB"),
        ({"owners": frozenset({9})}, {}, "owner: does not serve this owner"),
        ({"hazmat_ok": False}, {"hazmat": True}, "hazmat: may not handle it"),
        ({"max_weight_grams": 400}, {}, "weight: over 400 g a unit"),
        ({}, {"weight_grams": 21_000}, "weight: over the carrier's 20000 g"),
        ({"capacity_left_lines": 0}, {}, "capacity: no line left today"),
        ({"ships_on": Calendar(frozenset())}, {}, "closed"),
        ({"cutoff_minutes": 600}, {}, "cut-off: would arrive 1 day late"),
    ],
)
def test_a_hard_rule_refuses_with_its_reason(facts: dict[str, Any], need: dict[str, Any], reason: str) -> None:
    wanted = order(1, line(1, 7, **need), promise_at=MONDAY_NOON + timedelta(days=1))

    def decide(place: NodeFacts) -> Decision:
        return decide_batch([wanted], [place], {(1, 7, 0): 5}, TARIFF, policy=Policy(refuse_late=True))[0]

    refused = decide(node(1, **facts))
    assert refused.assignments == ()
    assert refused.candidates[0].refused_reason == reason
    if facts:
        wanted = replace(wanted, lines=(line(1, 7),))
        assert decide(node(1)).assignments == ((1, 1, 1),)


def test_lateness_is_weighed_against_freight() -> None:
    late_but_near = node(1, cutoff_minutes=600, ships_on=Calendar(closed=frozenset({date(2026, 11, 24)})))
    wanted = order(1, line(1, 7), promise_at=MONDAY_NOON + timedelta(days=2))
    stock = {(1, 7, 0): 5, (2, 7, 0): 5}
    price = {rule: decide_batch([wanted], [late_but_near, node(2, lat=53.5)], stock, TARIFF, rule)[0] for rule in rules()}
    assert price["lowest_cost"].assignments == ((1, 2, 1),)
    assert price["nearest_node"].assignments == ((1, 1, 1),)
    assert price["nearest_node"].parts.lateness == 300


def test_fewest_parcels_never_ships_more_parcels_and_lowest_cost_never_costs_more() -> None:
    fewer = dearer = 0
    for seed in range(40):
        wanted, nodes, stock = world(80_000 + seed, 8, 5, in_stock=0.6)
        cost = {rule: decide_batch([wanted], nodes, stock, TARIFF, rule)[0] for rule in rules()}
        parcels = {rule: sum(s.parcels for s in d.shipments) for rule, d in cost.items()}
        assert parcels["fewest_parcels"] == min(parcels.values())
        assert cost["lowest_cost"].cost == min(d.cost for d in cost.values())
        fewer += parcels["fewest_parcels"] < parcels["nearest_node"]
        dearer += cost["nearest_node"].cost > cost["lowest_cost"].cost
    assert fewer
    assert dearer


def test_an_unknown_rule_is_refused_and_every_rule_has_help() -> None:
    with pytest.raises(NotFound):
        decide_batch([], [], {}, TARIFF, "coin_toss")
    assert set(rules()) >= {"lowest_cost", "nearest_node", "fewest_parcels"}
    assert all(rule.help for rule in rules().values())
