"""What a replay proved: figures from the books, never typed in; as JSON and as a page to read."""

from __future__ import annotations

import os
import time
from typing import Any

from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel import clock, sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.replay.restock import POLICY
from orderhouse.replay.run_replay import Lived
from orderhouse.replay.stages import add_up
from orderhouse.replay.world import ASSUMPTIONS, SITES

_FIGURES: dict[str, tuple[str, ...]] = {
    "orders": (
        "orders",
        "orders_shipped_whole",
        "orders_finished",
        "orders_cancelled",
        "orders_waiting_now",
        "orders_split",
        "releases",
        "lines",
        "lines_shipped_whole",
        "units_ordered",
        "units_cancelled",
        "units_waiting_now",
        "units_in_process_now",
        "units_shipped",
        "units_returned",
        "charges",
        "parcels",
        "shipments_told_to_channels",
    ),
    "promises": (
        "orders",
        "orders_that_waited",
        "units_promised_at_once",
        "units_that_waited",
        "units_cancelled_for_want_of_stock",
        "lines_shorted_by_a_node",
        "units_shorted_by_a_node",
        "units_promised_beyond_stock_now",
    ),
}
_FLOOR = (
    "waves",
    "orders_waved",
    "meters",
    "meters_order_by_order",
    "tours",
    "picks",
    "units_picked",
    "short_picks",
    "receipts",
    "receipt_lines",
    "parcels_shipped",
    "exceptions_open",
)


def report(lived: Lived) -> dict[str, Any]:
    """Every figure of a replay as plain values; ``holds`` when the books, the rows and the promises do."""
    began = time.monotonic()
    with unit_of_work(lived.tenant_id):
        figures: dict[str, Any] = {
            name: dict(zip(columns, _rows(lived, name)[0], strict=True)) for name, columns in _FIGURES.items()
        }
        figures["units"] = [
            dict(zip(("node", "way", "reason", "units", "movements"), row, strict=True)) for row in _rows(lived, "units")
        ]
        figures["stock"] = [dict(zip(("node", "state", "units"), row, strict=True)) for row in _rows(lived, "stock")]
        figures["floor"] = {row[0]: dict(zip(_FLOOR, row[1:], strict=True)) for row in _rows(lived, "floor")}
        figures["scans"] = {row[0]: {"scans": row[1], "refused": row[2]} for row in _rows(lived, "scans")}
        megabytes = fetch_value("SELECT pg_database_size(current_database()) / 1048576")
    counted = time.monotonic()
    proof = prove_balances(by=By(lived.tenant_id, "replay", clock.now()))
    figures["proof"] = {
        "holds": proof.holds,
        "movements": proof.movements,
        "violations": sum(finding.violations for finding in proof.findings),
        "rules": {finding.rule: finding.violations for finding in proof.findings},
        "examples": {finding.rule: finding.examples for finding in proof.findings if finding.violations},
        "seconds": round(time.monotonic() - counted, 1),
    }
    figures["rows"] = _account(lived)
    figures["credits_and_corrections"] = _steps(lived)
    figures["rates"] = _rates(figures)
    figures["speed"] = _speed(lived) | {"database_megabytes": megabytes, "report_seconds": round(counted - began, 1)}
    figures["assumed"] = [
        *ASSUMPTIONS,
        f"Customers' places: {lived.places}. Reorder rule: lead time {POLICY.lead_days} trading days, {POLICY.cover_days:g} days of "
        f"cover, {POLICY.z:g} deviations of safety. Seed {lived.seed}.",
    ]
    oversold = figures["promises"]["units_cancelled_for_want_of_stock"]
    return {
        "file": lived.file,
        "business": lived.business,
        "days": len(lived.days),
        "days_in_file": lived.days_in_file,
        "first_day": str(min(lived.days)),
        "last_day": str(max(lived.days)),
        "holds": proof.holds and lived.account.balances and not oversold,
        "oversells": oversold,
        "invariant_violations": figures["proof"]["violations"],
        **figures,
        "odd_rows": [{"row": odd.row, "reason": odd.reason, "text": odd.raw} for odd in lived.account.odd_rows],
    }


def _rows(lived: Lived, name: str) -> list[tuple[Any, ...]]:
    return fetch_all(sql.load(__file__, f"figures_{name}"), {"tenant": lived.tenant_id})


def _account(lived: Lived) -> dict[str, Any]:
    account = lived.account
    return {
        "in": account.rows,
        "order_lines": account.order_lines,
        "charges": account.charges,
        "credit_lines": account.credit_lines,
        "corrections": account.corrections,
        "odd": sum(account.odd.values()),
        "of_later_days": account.later,
        "balances": account.balances,
        "units_credited": account.units_credited,
        "units_credited_without_order": account.units_without_order,
        "odd_by_reason": dict(account.odd.most_common()),
    }


def _steps(lived: Lived) -> dict[str, int]:
    """What the books could not do of credits and corrections, and what they did."""
    wanted = {date.isoformat() for date in lived.days}
    sums: dict[str, int] = {}
    for mark in lived.steps:
        if mark["day"] in wanted:
            for name, value in mark.items():
                if name.startswith("units_"):
                    sums[name] = sums.get(name, 0) + value
    names = {
        "units_lost": "units_written_off",
        "units_found": "units_found",
        "units_beyond_stock": "units_to_write_off_that_no_bin_had",
        "units_nowhere": "units_found_of_items_in_no_bin",
        "units_neither": "units_credited_that_were_neither_open_nor_shipped",
    }
    return {told: sums.get(name, 0) for name, told in names.items()}


def _rates(figures: dict[str, Any]) -> dict[str, float]:
    orders, promises, floor = figures["orders"], figures["promises"], figures["floor"].values()
    wanted = orders["units_ordered"] - orders["units_cancelled"]
    meters, alone = sum(f["meters"] for f in floor), sum(f["meters_order_by_order"] for f in floor)
    first = promises["units_promised_at_once"] + promises["units_that_waited"]
    return {
        "unit_fill_at_once": _share(promises["units_promised_at_once"], first),
        "order_fill_at_once": 1 - _share(promises["orders_that_waited"], promises["orders"]),
        "unit_fill_so_far": _share(orders["units_shipped"], wanted),
        "line_fill_so_far": _share(orders["lines_shipped_whole"], orders["lines"]),
        "orders_split": _share(orders["orders_split"], orders["orders"]),
        "pick_kilometers": round(meters / 1000, 1),
        "pick_kilometers_order_by_order": round(alone / 1000, 1),
        "walk_saved": 1 - _share(meters, alone) if alone else 0.0,
    }


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _speed(lived: Lived) -> dict[str, Any]:
    """Seconds and lines per second by stage, and what bounds the whole: whose processor time filled the wall time."""
    stages = add_up(facts["stages"] for facts in lived.days.values())
    seconds = sum(facts["seconds"] for facts in lived.days.values())
    lines = sum(facts["lines"] for facts in lived.days.values())
    waiting = stages.pop("waiting for the floors", [0.0, 0.0, 0])
    ours = sum(facts["own_seconds"] for facts in lived.days.values())
    database = sum(facts["database_seconds"] for facts in lived.days.values())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    busy = (ours + database) / (seconds * cores) if seconds else 0.0
    share = database / (ours + database) if ours + database else 0.0
    if not database:
        bound = "The database's processor time cannot be seen from here."
    elif busy > 0.7:
        bound = f"Processors bound it: {busy:.0%} of {cores} cores busy, {share:.0%} of that PostgreSQL, the rest our own Python."
    else:
        bound = (
            f"Waiting bound it: {busy:.0%} of {cores} cores busy with this run (PostgreSQL {share:.0%} of that); the rest went to other work "
            "on the machine, to commits reaching the disk, and to one process waiting for another."
        )
    return {
        "seconds": round(seconds, 1),
        "seconds_of_this_run": round(lived.seconds, 1),
        "order_lines_per_second": round(lines / seconds, 1) if seconds else 0.0,
        "processor_seconds_ours": round(ours, 1),
        "processor_seconds_database": round(database, 1),
        "desk_waited_for_floors_seconds": round(waiting[0], 1),
        "peak_megabytes": round(lived.peak_megabytes),
        "bound": bound,
        "stages": {
            name: {
                "seconds": round(wall, 1),
                "own_processor_seconds": round(own, 1),
                "lines": int(count),
                "lines_per_second": round(count / wall, 1) if wall and count else None,
            }
            for name, (wall, own, count) in sorted(stages.items(), key=lambda item: -item[1][0])
        },
    }


# --- To read -------------------------------------------------------------------------------------------------------------


def readable(figures: dict[str, Any]) -> str:
    """The figures as a page of text."""
    o, p, r, s, rows = figures["orders"], figures["promises"], figures["rates"], figures["speed"], figures["rows"]
    out = [
        "",
        f"{figures['file']}: {figures['days']:,} of {figures['days_in_file']:,} days, {figures['first_day']} to {figures['last_day']}, "
        f"in business {figures['business']}",
        "",
        "ROWS",
        *_table(
            [
                ("rows in", rows["in"]),
                ("order lines", rows["order_lines"]),
                ("charges", rows["charges"]),
                ("credit lines", rows["credit_lines"]),
                ("corrections of stock", rows["corrections"]),
                ("odd rows, kept with their reasons", rows["odd"]),
                ("rows of later days", rows["of_later_days"]),
            ]
        ),
        f"  {'Every row is accounted for.' if rows['balances'] else 'ROWS ARE MISSING: the figures above do not add up.'}",
        *(f"  {count:>10,}  odd: {reason}" for reason, count in rows["odd_by_reason"].items()),
        "",
        "ORDERS",
        *_table(
            [
                ("orders", o["orders"]),
                ("lines", o["lines"]),
                ("units ordered", o["units_ordered"]),
                ("units shipped", o["units_shipped"]),
                ("units cancelled (credit notes)", o["units_cancelled"]),
                ("units returned", o["units_returned"]),
                ("units waiting for stock now", o["units_waiting_now"]),
                ("units on the floor now", o["units_in_process_now"]),
                ("releases", o["releases"]),
                ("parcels", o["parcels"]),
                ("shipments told to the channel", o["shipments_told_to_channels"]),
            ]
        ),
        f"  {r['unit_fill_at_once']:>10.1%}  of the units promised at once; {r['order_fill_at_once']:.1%} of the orders whole at once",
        f"  {r['unit_fill_so_far']:>10.1%}  of the units wanted shipped so far; {r['line_fill_so_far']:.1%} of the lines whole",
        f"  {p['orders_that_waited']:>10,}  orders waited for {p['units_that_waited']:,} units",
        f"  {o['orders_split']:>10,}  orders split over nodes ({r['orders_split']:.1%})",
        f"  {p['units_shorted_by_a_node']:>10,}  units a node could not find, on {p['lines_shorted_by_a_node']:,} lines",
        f"  {figures['oversells']:>10,}  units sold that nobody had (oversells)",
        "",
        "UNITS IN AND OUT",
        *_border(figures["units"]),
        "",
        "FLOOR",
        *(
            f"  {node}  {f['waves']:,} waves, {f['tours']:,} tours, {f['picks']:,} picks ({f['short_picks']:,} short), "
            f"{f['parcels_shipped']:,} parcels, {f['receipt_lines']:,} receipt lines"
            for node, f in figures["floor"].items()
        ),
        f"  {r['pick_kilometers']:,.1f} km walked against {r['pick_kilometers_order_by_order']:,.1f} km order by order in S-shape: "
        f"{r['walk_saved']:.1%} saved",
        "  scans: " + ", ".join(f"{flow} {f['scans']:,} ({f['refused']:,} refused)" for flow, f in figures["scans"].items()),
        *_table([(name.replace("_", " "), value) for name, value in figures["credits_and_corrections"].items()]),
        "",
        "PROOF",
        f"  {figures['proof']['movements']:,} movements recounted, {len(figures['proof']['rules'])} rules examined, "
        f"{figures['invariant_violations']:,} violations, in {figures['proof']['seconds']:,} s",
        *(f"  {count:>10,}  {rule.replace('_', ' ')}" for rule, count in figures["proof"]["rules"].items() if count),
        "",
        "SPEED",
        f"  {s['seconds']:,.0f} s for {o['lines']:,} order lines: {s['order_lines_per_second']:,.0f} lines/s through everything "
        f"(this run: {s['seconds_of_this_run']:,.0f} s, {s['peak_megabytes']:,} MB; database {s['database_megabytes']:,} MB)",
        *(
            f"  {name:<20}{f['seconds']:>9,.1f} s  {f['lines']:>9,} {_UNIT.get(name, 'lines'):<8}"
            + (f"{f['lines_per_second']:>9,.0f}/s" if f["lines_per_second"] else "")
            for name, f in s["stages"].items()
        ),
        f"  {s['bound']}",
        "",
        "ASSUMED, SINCE THE FILE DOES NOT SAY",
        *(f"  - {line}" for line in figures["assumed"]),
        *(
            f"  - {site.code}: {site.name}, {site.latitude:.2f}, {site.longitude:.2f}, cut-off {site.cutoff:%H:%M}"
            for site in SITES
        ),
        "",
        "Everything holds." if figures["holds"] else "NOT EVERYTHING HOLDS: see PROOF and ROWS.",
    ]
    return "\n".join(out)


_UNIT = {"label": "parcels", "ship": "parcels", "pack": "parcels", "returns": "units"}


def _table(rows: list[tuple[str, int]]) -> list[str]:
    return [f"  {value:>10,}  {name}" for name, value in rows]


def _border(units: list[dict[str, Any]]) -> list[str]:
    """In and out by reason over all nodes."""
    reasons = {
        ("in", "supplier"): "in from the supplier",
        ("in", "customer"): "in, returned by customers",
        ("in", "found"): "in, found",
        ("out", "customer"): "out to customers",
        ("out", "lost"): "out, lost or written off",
        ("out", "scrapped"): "out, scrapped",
        ("out", "supplier"): "out, back to the supplier",
    }
    sums: dict[tuple[str, str], int] = {}
    for row in units:
        sums[row["way"], row["reason"]] = sums.get((row["way"], row["reason"]), 0) + row["units"]
    return _table([(reasons.get(key, " ".join(key)), value) for key, value in sorted(sums.items())])
