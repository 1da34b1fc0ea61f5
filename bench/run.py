"""What Orderhouse costs beside the bare database: ``make bench`` in a few minutes, ``make bench-full`` with growth and a slow disk.

``python -m bench.run`` starts a PostgreSQL cluster of its own in a temporary directory, builds two businesses, and measures each row by
turns with a floor (:mod:`bench.floor`) that writes the same rows durably into a copy of the same database in the same cluster. It
prints a table and writes ``docs/figures/bench.json`` (the rows) and ``bench.environment.json`` (machine, versions, settings, commit).

A row that fails is named and keeps no other from being measured; the run then ends with status 1.

``--rows a,b`` measures some rows, ``--quick`` shortly (to see that it works), ``--full`` adds growth and a slow disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connections

from bench.business import open_shop
from bench.full import grow, slow_disk
from bench.ground import Ground
from bench.rows import capture, floor_work, http, proof, webhook
from bench.yard import Row, Yard

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures"
ROWS: dict[str, Callable[[Yard], None]] = {
    "capture_bulk": capture.capture_bulk,
    "capture_single": capture.capture_single,
    "capture_http": http.capture_http,
    "capture_ndjson": http.capture_ndjson,
    "availability_read": http.availability_read,
    "wave": floor_work.wave,
    "floor_scan": floor_work.floor_scan,
    "shipment": floor_work.shipment,
    "webhook_to_availability": webhook.webhook_to_availability,
    "proof": proof.proof,
}
COLUMNS = (
    ("name", "name", 24), ("clients", "clients", 7), ("batch", "batch", 6), ("per_second", "per second", 10), ("floor_per_second", "floor", 9),
    ("ratio", "ratio", 7), ("p50_ms", "p50 ms", 8), ("p99_ms", "p99 ms", 8), ("statements_per_line", "stmts/line", 10),
    ("cpu_ms_postgres", "PG ms", 8), ("cpu_ms_ours", "our ms", 8), ("wal_bytes", "WAL B", 8),
)  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", default=",".join(ROWS), metavar="NAME,NAME", help="rows to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="a smoke run of seconds; its figures mean nothing and are not kept")
    parser.add_argument(
        "--full", action="store_true", help="also with 10^4 to 10^6 open and 10^7 closed orders, and on a slow disk"
    )
    parser.add_argument("--repeats", type=int, default=3, help="turns of product and floor that count (3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="the product's part of a turn (2)")
    parser.add_argument("--state", type=Path, help="the cluster's directory (default: a temporary one)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the rows go (docs/figures/bench.json, bench-full.json)")
    asked = parser.parse_args(words)
    names = [name for name in asked.rows.split(",") if name]
    if unknown := [name for name in names if name not in ROWS]:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    begun = time.time()
    ground = Ground(asked.state or Path(tempfile.mkdtemp(prefix="orderhouse-bench-")))
    try:
        environment = ground.environment() | {"turns": 1 if asked.quick else asked.repeats, "seconds_a_turn": asked.seconds}
        rows, environment["failed"], environment["tables_that_differ"] = measure(ground, names, asked)
    finally:
        ground.close()
    environment["minutes"] = round((time.time() - begun) / 60, 1)
    print(f"{environment['minutes']} minutes on {environment['machine']}, a flush takes {environment['flush_ms']} ms")
    if asked.json or not (asked.quick or names != list(ROWS)):
        keep(asked.json or FIGURES / ("bench-full.json" if asked.full else "bench.json"), rows, environment)
    for name, why in environment["failed"].items():
        print(f"{name} FAILED: {why}", file=sys.stderr)
    return 1 if environment["failed"] else 0


def measure(
    ground: Ground, names: list[str], asked: argparse.Namespace
) -> tuple[list[Row], dict[str, str], dict[str, list[int]]]:
    """Build the businesses and measure the rows named: the rows, what failed and why, and where product and floor do not hold the
    same number of rows."""
    ground.use()
    shop = open_shop(items=400 if asked.quick else 10_000)
    floor = floor_work.open_business(quick=asked.quick) if {"wave", "floor_scan", "shipment"} & set(names) else None
    yard = Yard(
        ground,
        shop,
        quick=asked.quick,
        repeats=1 if asked.quick else asked.repeats,
        seconds=0.5 if asked.quick else asked.seconds,
        told=tell,
        store={"floor": floor, "waves": []},
    )
    failed: dict[str, str] = {}
    rows = {name: tried(name, ROWS[name], failed) for name in names}
    tell(None)
    yard.open()
    try:
        for row in rows.values():
            row(yard)
        differing = yard.differing()
        if asked.full:
            slowly = [rows[name] for name in names if name in ("capture_bulk", "capture_single", "capture_http", "floor_scan")]
            tried("slow disk", partial(slow_disk, rows=slowly), failed)(yard)
            tried("growth", partial(grow, rows=list(rows.values()), small=asked.quick), failed)(yard)
    finally:
        yard.close()
    return yard.rows, failed, differing


def tried(name: str, measured: Callable[[Yard], None], failed: dict[str, str]) -> Callable[[Yard], None]:
    """The same, but what it raises is told and kept in ``failed``: an hour's figures do not hang on one row."""

    def go_on(yard: Yard) -> None:
        try:
            measured(yard)
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"
            traceback.print_exc()
            connections.close_all()  # what it left open is rolled back

    return go_on


def tell(row: Row | None) -> None:
    """Print a row of the table, or its head."""
    cells = []
    for name, head, width in COLUMNS:
        text = head if row is None else _short(row.get(name))
        cells.append(text.ljust(width) if name == "name" else text.rjust(width))
    end = "  target"
    if row is not None:
        asked = {True: "  met", False: "  MISSED", None: ""}[row["met"]]
        end = f"  {row['target']}{asked}" + "".join(
            f"  {name} {_short(row[name])}" for name in ("flush_ms", "open_orders", "closed_orders", "slowdown") if row.get(name)
        )
    print(" ".join(cells) + end, flush=True)


def _short(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def keep(path: Path, rows: list[Row], environment: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")
    beside = path.with_name(path.stem + ".environment.json")
    beside.write_text(json.dumps(environment, indent=1) + "\n", encoding="utf-8")
    print(f"Written: {path.name} and {beside.name}")


if __name__ == "__main__":
    sys.exit(main())
