"""The reorder rule keeps stock for the demand it sees."""

from __future__ import annotations

import numpy as np

from orderhouse.replay.reorder import Demand, Policy, replenish

POLICY = Policy(lead_days=3, cover_days=40, z=2.5, memory_days=30)


def _steady(units: int, days: int = 200) -> Demand:
    demand = Demand(POLICY, 1)
    demand.launch(np.array([[units * 30]]))
    for _ in range(days):
        demand.day(np.array([[units]]))
    return demand


def _order(demand: Demand, position: int, pack: int = 1, carried: bool = True) -> int:
    return int(replenish(demand, np.array([[position]]), np.array([pack]), np.array([[carried]]), POLICY)[0, 0])


def test_steady_demand_is_bought_when_lead_time_and_review_are_no_longer_covered() -> None:
    demand = _steady(10)
    assert _order(demand, 60) == 0
    assert 400 <= _order(demand, 39) <= 450  # up to forty days above the four that lead time and review take


def test_orders_are_whole_packs_and_only_of_what_the_node_carries() -> None:
    demand = _steady(10)
    assert _order(demand, 0, pack=12) % 12 == 0
    assert _order(demand, 0, carried=False) == 0


def test_backlog_is_bought_on_top() -> None:
    demand = _steady(10)
    assert _order(demand, -500) - _order(demand, 0) == 500


def test_lumpy_demand_is_covered_by_more_than_steady_demand_of_the_same_mean() -> None:
    lumpy = Demand(POLICY, 1)
    lumpy.launch(np.array([[300]]))
    for day in range(400):
        lumpy.day(np.array([[100 if day % 10 == 0 else 0]]))
    assert abs(lumpy.mean[0, 0] - 10) < 4
    assert _order(lumpy, 60) > _order(_steady(10), 60) == 0
