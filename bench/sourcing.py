"""What a sourcing decision costs in time, and how far simpler rules are from the cheapest decision.

Run: ``python bench/sourcing.py [orders per row, default 200]``. Destinations are British postcode districts from
``../shared/data/uk_outcodes``; nodes stand in British towns; stock, weights and quantities are drawn (seeded). Times are
CPU time per order of the whole pure path: hard rules, decision, costs, and the explanation as JSON.
"""

from __future__ import annotations

import csv
import json
import random
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orderhouse.oms.freight.calendars import Calendar
from orderhouse.oms.freight.tariffs import Tariff
from orderhouse.oms.sourcing.candidates import Decision, LineNeed, NodeFacts, OrderNeed, Policy, Survey, explain
from orderhouse.oms.sourcing.routing import named, rules
from orderhouse.oms.sourcing.rules import decide_batch, survey
from orderhouse.oms.sourcing.tests.test_lowest_cost import by_solver
from orderhouse.oms.sourcing.tests.worlds import TARIFF, world

OUTCODES = Path(__file__).resolve().parents[2] / "shared" / "data" / "uk_outcodes" / "uk_outcodes.csv"
TOWNS = {
    "Daventry": (52.26, -1.16),
    "Warrington": (53.39, -2.59),
    "Livingston": (55.90, -3.52),
    "Bristol": (51.50, -2.69),
    "Doncaster": (53.52, -1.13),
    "Dartford": (51.44, 0.22),
    "Exeter": (50.72, -3.53),
    "Gateshead": (54.96, -1.60),
    "Norwich": (52.63, 1.29),
    "Cardiff": (51.48, -3.18),
}
PARCELS = Tariff.from_dict(
    {
        "code": "uk-parcels",
        "max_parcel_grams": 30_000,
        "delivery_days": {"holidays_of": "GB", "subdivision": "ENG"},
        "zones": [{"zone": "near", "max_km": 120}, {"zone": "mid", "max_km": 320}, {"zone": "far"}],
        "rates": [
            {"service": "standard", "zone": "near", "base": 295, "per_step": 28, "transit_days": 1},
            {"service": "standard", "zone": "mid", "base": 325, "per_step": 36, "transit_days": 2},
            {"service": "standard", "zone": "far", "base": 390, "per_step": 55, "transit_days": 3},
        ],
    }
)
MONDAY = datetime(2026, 11, 23, 11, tzinfo=UTC)


def nodes(count: int) -> list[NodeFacts]:
    calendar = Calendar(holidays_of="GB", subdivision="ENG")
    return [
        NodeFacts(
            n, town[:3].upper(), "warehouse", *at, "GB", 45 + 7 * (n % 4), 12 + 3 * (n % 3),
            ships_on=calendar, tz="Europe/London", scarcity_weight=40,
        )
        for n, (town, at) in enumerate(list(TOWNS.items())[:count], 1)
    ]  # fmt: skip


def demand(
    count: int, lines: int, places: list[NodeFacts], in_stock: float, seed: int
) -> tuple[list[OrderNeed], dict[tuple[int, int, int], int]]:
    """``count`` orders of ``lines`` lines over 4,000 items; an item lies at a node with chance ``in_stock``."""
    rng = random.Random(seed)
    with OUTCODES.open(encoding="utf-8") as file:
        outcodes = list(csv.DictReader(file))
    weight = [rng.choice([60, 150, 240, 400, 900, 2200]) for _ in range(4000)]
    stock = {(p.node_id, item, 1): rng.randint(1, 400) for item in range(4000) for p in places if rng.random() < in_stock}
    orders = []
    for number in range(count):
        to = rng.choice(outcodes)
        needs = tuple(
            LineNeed(i, item, rng.choice([1, 1, 2, 3, 6, 12]), weight[item], owner_id=1)
            for i, item in enumerate(rng.choices(range(4000), k=lines))
        )
        promise = MONDAY + timedelta(days=rng.choice([1, 2, 3, 5]))
        orders.append(OrderNeed(number, 5, promise, MONDAY, float(to["lat"]), float(to["lng"]), "GB", "standard", needs))
    return orders, stock


def timed(
    orders: list[OrderNeed], places: list[NodeFacts], stock: dict[tuple[int, int, int], int], rule: str
) -> tuple[list[float], list[Decision]]:
    """Milliseconds for each order decided alone against the full stock, and the decisions."""
    decide = named(rule).decide
    took, decisions = [], []
    for order in orders:
        started = time.process_time()
        decision = decide(survey(order, places, stock, PARCELS, Policy(), MONDAY))
        json.dumps(explain(decision))
        took.append(1000 * (time.process_time() - started))
        decisions.append(decision)
    return took, decisions


def main(count: int) -> None:
    print("| lines x nodes, in stock | mean ms | median | p95 | exact | bounded | heuristic | mean proven gap | largest |")
    print("|---|---|---|---|---|---|---|---|---|")
    gaps: list[str] = []
    for lines, node_count, in_stock in [
        (3, 10, 0.6), (5, 10, 0.6), (8, 10, 0.6), (10, 10, 0.6), (12, 10, 0.6),
        (24, 4, 0.99), (24, 4, 0.9), (24, 4, 0.7), (24, 4, 0.4), (60, 4, 0.8),
    ]:  # fmt: skip
        places = nodes(node_count)
        orders, stock = demand(count, lines, places, in_stock, seed=lines * 100 + node_count)
        timed(orders[:5], places, stock, "lowest_cost")  # warm: tables, calendars
        took, decided = timed(orders, places, stock, "lowest_cost")
        proofs = Counter(d.proven for d in decided)
        known = [d.gap for d in decided if d.gap is not None]
        print(
            f"| {lines} x {node_count}, {in_stock:.0%} | {statistics.mean(took):.2f} | {statistics.median(took):.2f} "
            f"| {sorted(took)[int(0.95 * len(took))]:.2f} | {proofs['exact']} | {proofs['bounded']} | {proofs['heuristic']} "
            f"| {100 * statistics.mean(known):.2f} % | {100 * max(known):.1f} % |"
        )
        row = [f"{lines} x {node_count}, {in_stock:.0%}"]
        for rule in sorted(set(rules()) - {"lowest_cost"}):
            others = timed(orders, places, stock, rule)[1]
            above = [o.cost / d.cost - 1 for o, d in zip(others, decided, strict=True) if d.cost and not d.backordered]
            row.append(f"{100 * statistics.mean(above):+.1f} % (worst {100 * max(above):+.0f} %)" if above else "-")
        gaps.append("| " + " | ".join(row) + " |")
    print("\n| cost above lowest_cost, orders shipped in full | " + " | ".join(sorted(set(rules()) - {"lowest_cost"})) + " |")
    print("|---|---|---|\n" + "\n".join(gaps))

    places = nodes(4)
    orders, stock = demand(10 * count, 24, places, 0.9, seed=1)
    started = time.process_time()
    decided = decide_batch(orders, places, stock, PARCELS, at=MONDAY)
    each = 1000 * (time.process_time() - started) / len(orders)
    print(f"\nOne batch of {len(orders)} orders of 24 lines over 4 nodes, stock running down: {each:.2f} ms an order, "
          f"{dict(Counter(d.proven for d in decided))}")  # fmt: skip

    equal = 0
    for seed in range(1000):
        seen = survey(*world(200_000 + seed, 2 + seed % 8, 2 + seed % 6, in_stock=(0.9, 0.6, 0.4)[seed % 3]), TARIFF, Policy())
        decision = named("lowest_cost").decide(seen)
        equal += decision.proven == "exact" and abs(decision.cost - by_solver(seen)) < 0.01
    print(f"Equal to a mixed-integer program on {equal} of 1000 random orders of 2-9 lines over 2-7 nodes")

    above = []
    for seed in range(60):
        seen = survey(*world(300_000 + seed, 20, 4, in_stock=(0.9, 0.7)[seed % 2]), TARIFF, Policy(gap_worth_solving=1.0))
        exact = survey(
            seen.order,
            [lane.node for lane in seen.lanes],
            _stock(seen),
            TARIFF,
            Policy(gap_worth_solving=0.0, solver_seconds=5.0),
        )
        best, quick = named("lowest_cost").decide(exact), named("lowest_cost").decide(seen)
        if best.proven == "exact":
            above.append(quick.cost / best.cost - 1)
    print(f"20 x 4 without the solver against the optimum ({len(above)} of 60 proven within 5 s): mean {100 * statistics.mean(above):.2f} %, "
          f"worst {100 * max(above):.1f} %, optimal {sum(a <= 0 for a in above)}")  # fmt: skip


def _stock(seen: Survey) -> dict[tuple[int, int, int], int]:
    return {
        (lane.node.node_id, need.item_id, need.owner_id): units
        for lane in seen.lanes
        for need, units in zip(seen.order.lines, lane.available, strict=True)
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
