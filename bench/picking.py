"""How good and how fast picking is decided: exact tours, batches against published optima, waves against the clock.

``python -m bench.picking`` prints the tables on a sample; ``--all`` takes every shared instance; ``--json FILE`` keeps
the figures. Needs the academic sets under ``../shared/data``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from random import Random
from statistics import mean, median
from time import perf_counter
from typing import Any

from orderhouse.wms.picking.strategies import STRATEGIES, CartLimits, PickOrder
from orderhouse.wms.routing import Geometry, largest_gap_length, s_shape_length, shortest_tour, tour_length
from tests.instances import optimal_batching_length, published, read_set

BAHCECI_ONCAN, HENN_WAESCHER, MUTER_ONCAN = "jobprp_bahceci_oncan", "jobprp_henn_waescher", "jobprp_muter_oncan"
TOLERANCE = 1e-6

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every shared instance instead of a sample")
    parser.add_argument("--seconds", type=float, default=10.0, help="deadline for each batching instance (10)")
    parser.add_argument("--jobs", type=int, default=1, help="instances at once (1); more than free cores makes results worse")
    parser.add_argument("--only", choices=sorted(SECTIONS), nargs="+", default=list(SECTIONS), help="sections to run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    asked = parser.parse_args()
    figures = {name: SECTIONS[name](asked) for name in asked.only}
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")


def routing(asked: argparse.Namespace) -> list[Row]:
    """Milliseconds for a length and for a whole tour, and what the rules of thumb add; 10 aisles x 45 cells a block."""
    rows = []
    print(f"\n{'blocks':>6} {'stops':>5} {'length ms':>9} {'tour ms':>8} {'S-shape':>8} {'largest gap':>11}")
    for blocks, stops in [(1, 10), (1, 30), (1, 50), (2, 10), (2, 50), (2, 100), (3, 50), (4, 50)]:
        random = Random(stops)
        geometry = Geometry(tuple(5.0 * aisle for aisle in range(10)), tuple(47.0 * cross for cross in range(blocks + 1)))
        cases = [
            [(random.randrange(10), 47.0 * random.randrange(blocks) + 1.5 + random.randrange(45)) for _ in range(stops)]
            for _ in range(1000 if asked.all else 100)
        ]
        tour_length(geometry, [(0, 5.0)])  # builds the tables
        lengths, lengths_ms = _timed(partial(tour_length, geometry), cases)
        _, tours_ms = _timed(partial(shortest_tour, geometry), cases)
        row: Row = {"blocks": blocks, "stops": stops, "length_ms": median(lengths_ms), "tour_ms": median(tours_ms)}
        row["s_shape_gap"] = sum(s_shape_length(geometry, case) for case in cases) / sum(lengths) - 1
        if blocks == 1:
            row["largest_gap_gap"] = sum(largest_gap_length(geometry, case) for case in cases) / sum(lengths) - 1
        largest = f"{row['largest_gap_gap']:+11.1%}" if blocks == 1 else f"{'-':>11}"
        print(f"{blocks:6} {stops:5} {row['length_ms']:9.3f} {row['tour_ms']:8.3f} {row['s_shape_gap']:+8.1%} {largest}")
        rows.append(row)
    return rows


def enumeration(asked: argparse.Namespace) -> Row:
    """How many published Bahceci-Oncan optima trying all batches reproduces."""
    instances, results = read_set(BAHCECI_ONCAN), published(BAHCECI_ONCAN)
    names = sorted(set(instances) & set(results))
    names = names if asked.all else names[::27]
    begun = perf_counter()
    differ = [name for name in names if abs(optimal_batching_length(instances[name]) - results[name].best) > TOLERANCE]
    row = {"instances": len(names), "equal": len(names) - len(differ), "differ": differ, "seconds": perf_counter() - begun}
    print(f"\nBahceci-Oncan: {row['equal']} of {row['instances']} published optima reproduced, {row['seconds']:.1f} s {differ}")
    return row


def henn_waescher(asked: argparse.Namespace) -> Row:
    """Henn-Waescher, single block, 10 aisles x 45 cells: 20-100 orders, capacity 30-75."""
    return _against_published(HENN_WAESCHER, asked)


def muter_oncan(asked: argparse.Namespace) -> Row:
    """Muter-Oncan, single block, 10 aisles x 10 cells: 20-100 orders; published lengths are rounded to whole meters."""
    return _against_published(MUTER_ONCAN, asked, rounded=True)


def _against_published(folder: str, asked: argparse.Namespace, *, rounded: bool = False) -> Row:
    instances, results = read_set(folder), published(folder)
    names = sorted(set(instances) & set(results))
    if not asked.all:  # about six proven ones and six others
        proven, others = ([name for name in names if results[name].proven is which] for which in (True, False))
        names = proven[:: max(1, len(proven) // 6)] + others[:: max(1, len(others) // 6)]
    with Pool(asked.jobs) as pool:
        found = pool.starmap(_solve, [(folder, name, asked.seconds) for name in names], chunksize=1)
    rows: list[Row] = []
    print(f"\n{folder}, {asked.seconds:g} s an instance\n{'instance':36} {'savings':>8} {'seconds':>8} {'search':>8}")
    for name, (first, seconds, length) in zip(names, found, strict=True):
        best, bound = results[name].best, results[name].lower_bound
        below = length < bound - (1.0 if rounded else TOLERANCE + 0.005)  # bounds are published to two decimals
        row = {"instance": name, "proven": results[name].proven, "savings_seconds": seconds, "below_bound": below}
        row |= {"savings_gap": first / best - 1, "gap": length / best - 1, "gap_to_bound": length / bound - 1, "meters": length}
        mark = "  proven optimal" if row["proven"] else ""
        print(
            f"{name:36} {row['savings_gap']:+8.2%} {seconds:8.3f} {row['gap']:+8.2%}{mark}{'  BELOW THE BOUND' if below else ''}"
        )
        rows.append(row)
    summary: Row = {"seconds": asked.seconds, "rows": rows}
    groups = {
        "proven optimal": [row for row in rows if row["proven"]],
        "others": [row for row in rows if not row["proven"]],
        "all": rows,
    }
    for title, part in groups.items():
        if part:
            gaps = [row["gap"] for row in part]
            summary[title] = {"count": len(part), "savings": mean(row["savings_gap"] for row in part), "search": mean(gaps)}
            summary[title] |= {"worst": max(gaps), "at_least_as_good": sum(gap < TOLERANCE for gap in gaps)}
            print(
                f"{title:14} {len(part):4}: savings {summary[title]['savings']:+.2%}, search {mean(gaps):+.2%}, "
                f"worst {max(gaps):+.2%}, as good or better {summary[title]['at_least_as_good']}"
            )
    summary["below_bound"] = sum(row["below_bound"] for row in rows)
    print(f"below a published lower bound: {summary['below_bound']}")
    return summary


def _solve(folder: str, name: str, seconds: float) -> tuple[float, float, float]:
    """Meters by savings alone, the seconds that took, meters at the deadline."""
    instance = read_set(folder)[name]
    limits = CartLimits(load=instance.capacity)
    begun = perf_counter()
    first = STRATEGIES["batch"](instance.orders, instance.geometry, limits)
    spent = perf_counter() - begun
    searched = STRATEGIES["batch"](instance.orders, instance.geometry, limits, deadline_seconds=seconds)
    return sum(tour.length_meters for tour in first), spent, sum(tour.length_meters for tour in searched)


def waves(asked: argparse.Namespace) -> list[Row]:
    """Whole waves, drawn at random: seconds to a complete plan by savings, and what searching on shortens."""
    rows = []
    print(
        f"\n{'orders':>6} {'lines':>5} {'aisles':>6} {'blocks':>6} {'cart':>4} {'savings s':>9} {'km':>7} {asked.seconds:>6g} s"
    )
    for count, lines, aisles, blocks, cart in [
        (100, 20, 10, 2, 8),
        (150, 20, 20, 2, 8),
        (200, 3, 20, 1, 12),
        (200, 3, 20, 2, 8),
        (1000, 3, 20, 2, 8),
        (1000, 20, 20, 2, 8),
    ]:
        random = Random(count + lines)
        geometry = Geometry(tuple(3.0 * aisle for aisle in range(aisles)), tuple(52.0 * cross for cross in range(blocks + 1)))
        orders = [
            PickOrder(
                number,
                tuple(
                    (random.randrange(aisles), 52.0 * random.randrange(blocks) + 1.5 + random.randrange(50)) for _ in range(lines)
                ),
            )
            for number in range(count)
        ]
        limits = CartLimits(orders=cart)
        begun = perf_counter()
        first = sum(tour.length_meters for tour in STRATEGIES["cluster"](orders, geometry, limits))
        spent = perf_counter() - begun
        tours = STRATEGIES["cluster"](orders, geometry, limits, deadline_seconds=asked.seconds)
        change = sum(tour.length_meters for tour in tours) / first - 1
        print(f"{count:6} {lines:5} {aisles:6} {blocks:6} {cart:4} {spent:9.2f} {first / 1000:7.1f} {change:+8.1%}")
        rows.append({"orders": count, "lines": lines, "aisles": aisles, "blocks": blocks, "cart": cart} | {"seconds": spent})
        rows[-1] |= {"meters": first, "change_by_search": change}
    return rows


def _timed(decide: Callable[[Any], Any], cases: list[Any]) -> tuple[list[Any], list[float]]:
    """The answers, and the milliseconds each took."""
    answers, spent = [], []
    for case in cases:
        begun = perf_counter()
        answers.append(decide(case))
        spent.append(1000 * (perf_counter() - begun))
    return answers, spent


SECTIONS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "routing": routing,
    "enumeration": enumeration,
    "henn_waescher": henn_waescher,
    "muter_oncan": muter_oncan,
    "waves": waves,
}


if __name__ == "__main__":
    main()
