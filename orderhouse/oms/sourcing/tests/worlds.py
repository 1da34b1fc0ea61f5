"""Small random worlds to source in, and an oracle that shares nothing with the routing rules but the tariff's arithmetic."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import product

from orderhouse.oms.freight.tariffs import Tariff, freight
from orderhouse.oms.sourcing.candidates import LineNeed, NodeFacts, OrderNeed, Policy

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

TARIFF = Tariff.from_dict(
    {
        "code": "parcel",
        "max_parcel_grams": 20_000,
        "zones": [{"zone": "near", "max_km": 100}, {"zone": "mid", "max_km": 300}, {"zone": "far"}],
        "rates": [
            {"service": "standard", "zone": "near", "base": 290, "per_step": 30, "transit_days": 1},
            {"service": "standard", "zone": "mid", "base": 340, "per_step": 45, "transit_days": 2},
            {"service": "standard", "zone": "far", "base": 420, "per_step": 70, "transit_days": 3},
        ],
    }
)


def node(node_id: int, **facts: object) -> NodeFacts:
    defaults = {"code": f"N{node_id}", "kind": "warehouse", "lat": 52.0, "lon": -1.0, "country": "GB"}
    return NodeFacts(node_id=node_id, **(defaults | facts))  # type: ignore[arg-type]


def line(line_id: int, item_id: int, quantity: int = 1, weight_grams: int = 500, **facts: object) -> LineNeed:
    return LineNeed(line_id, item_id, quantity, weight_grams, **facts)  # type: ignore[arg-type]


def order(order_id: int, *lines: LineNeed, **facts: object) -> OrderNeed:
    defaults = {
        "priority": 5,
        "promise_at": None,
        "received_at": MONDAY_NOON,
        "ship_to_lat": 52.0,
        "ship_to_lon": -1.0,
        "ship_to_country": "GB",
        "service_code": "standard",
    }
    return OrderNeed(order_id=order_id, lines=lines, **(defaults | facts))  # type: ignore[arg-type]


def world(
    seed: int, lines: int, nodes: int, *, in_stock: float = 0.7, scarcity: bool = True
) -> tuple[OrderNeed, list[NodeFacts], dict[tuple[int, int, int], int]]:
    """One order over ``nodes`` nodes scattered in Britain; each line in stock, whole, at a node with chance ``in_stock``."""
    rng = random.Random(seed)
    places = [
        node(
            n,
            lat=rng.uniform(50.5, 56),
            lon=rng.uniform(-4, 1),
            handling_per_parcel=rng.randint(20, 90),
            handling_per_line=rng.randint(5, 40),
            scarcity_weight=rng.choice([0, 30, 100]) if scarcity else 0,
            cutoff_minutes=rng.choice([10, 15]) * 60,
        )
        for n in range(1, nodes + 1)
    ]
    needs = [line(i, 100 + i, rng.randint(1, 6), rng.choice([80, 300, 750, 1900])) for i in range(lines)]
    stock = {}
    for need in needs:
        for place in places:
            if rng.random() < in_stock:
                stock[place.node_id, need.item_id, 0] = need.quantity + rng.randint(0, 40)
    wanted = order(
        seed,
        *needs,
        ship_to_lat=rng.uniform(50.5, 56),
        ship_to_lon=rng.uniform(-4, 1),
        promise_at=MONDAY_NOON + timedelta(days=rng.choice([1, 2, 3, 5])),
    )
    return wanted, places, stock


def brute_force(survey, policy: Policy, tariff: Tariff) -> int:  # type: ignore[no-untyped-def]
    """The least cost of placing every line whole that some lane can carry, by trying every placing."""
    lines = survey.order.lines
    choices = [[n for n, lane in enumerate(survey.lanes) if lane.available[i] >= line.quantity] for i, line in enumerate(lines)]
    kept = [i for i, lanes in enumerate(choices) if lanes]
    least = None
    for where in product(*(choices[i] for i in kept)):
        cost = policy.split_penalty * (len(set(where)) - 1) if where else 0
        for n in set(where):
            lane = survey.lanes[n]
            mine = [i for i, at in zip(kept, where, strict=True) if at == n]
            grams = sum(lines[i].quantity * lines[i].weight_grams for i in mine)
            parcels = max(1, -(-grams // tariff.max_parcel_grams))
            cost += freight(tariff, lane.zone, grams, survey.order.service_code) + parcels * lane.node.handling_per_parcel
            cost += lane.late_cost
            for i in mine:
                share = lane.node.scarcity_weight * lines[i].quantity / lane.available[i]
                cost += lane.node.handling_per_line + int(share + 0.5)
        least = cost if least is None else min(least, cost)
    return least or 0
