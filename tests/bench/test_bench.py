"""The benchmark itself: its table has the shape others read, and its floor writes what the product wrote."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from itertools import islice
from pathlib import Path
from statistics import mean

import pytest

from bench.business import Demand, lines_in
from bench.recording import _transactions

ROOT = Path(__file__).resolve().parents[2]


BROKEN = """
import sys
from bench import run

def broken(yard):
    from orderhouse.oms.desk.capture_orders import capture_orders

    def product(job, stretch):
        capture_orders(by=yard.shop.by, submissions=yard.shop.demand.take(1))
        1 / 0
    yard.duel("broken", clients=1, batch=1, prepare=lambda: None, product=product)

run.ROWS["broken"] = broken
sys.exit(run.main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of seconds, in a process and a cluster of its own; the row in the middle fails halfway through its work."""
    told = tmp_path_factory.mktemp("bench") / "rows.json"
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "ORDERHOUSE_STATE")}
    words = ["--quick", "--rows", "capture_single,broken,proof", "--json", str(told)]
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr[-3000:]
    assert "broken FAILED: ZeroDivisionError" in done.stderr
    return told


def test_each_row_tells_product_floor_and_their_ratio(smoke: Path) -> None:
    rows = json.loads(smoke.read_text())
    assert [(row["name"], row["clients"], row["batch"]) for row in rows] == [
        ("capture_single", 1, 1),
        ("capture_single", 8, 1),
        ("proof", 1, 1),
    ]
    for row in rows:
        assert row["per_second"] > 0
        assert row["floor_per_second"] > 0
        assert row["p50_ms"] <= row["p99_ms"]
        # The turns' rates and their ratios are rounded to four digits each; one turn is their median.
        assert row["ratio"] == pytest.approx(row["per_second"] / row["floor_per_second"], rel=0.01)
    captured = rows[0]
    assert captured["statements_per_line"] > 0
    assert captured["rows_written"] > 5, "an order, its lines, movements, reservations, story and letter"


def test_the_floor_holds_row_for_row_and_value_for_value_what_the_product_wrote(smoke: Path) -> None:
    environment = json.loads(smoke.with_name("rows.environment.json").read_text())
    assert environment["tables_that_differ"] == {}
    assert environment["settings"]["fsync"] == environment["settings"]["synchronous_commit"] == "on"


def test_a_row_that_fails_is_named_and_costs_no_other_its_figures(smoke: Path) -> None:
    environment = json.loads(smoke.with_name("rows.environment.json").read_text())
    assert environment["failed"] == {"broken": "ZeroDivisionError: division by zero"}
    assert {row["name"] for row in json.loads(smoke.read_text())} == {"capture_single", "proof"}


def test_orders_have_three_lines_on_average_and_some_items_sell_far_more_than_others() -> None:
    demand = Demand([f"S{n}" for n in range(1_000)])
    orders = list(islice(demand, 4_000))
    assert mean(len(order["lines"]) for order in orders) == pytest.approx(3.04, abs=0.1)
    assert max(len(order["lines"]) for order in orders) == 8
    sold: dict[str, int] = {}
    for order in orders:
        skus = [line["sku"] for line in order["lines"]]
        assert len(set(skus)) == len(skus)
        for sku in skus:
            sold[sku] = sold.get(sku, 0) + 1
    assert max(sold.values()) > 20 * lines_in(orders) / 1_000


def test_a_row_written_and_changed_in_one_transaction_counts_once_and_one_taken_back_not_at_all() -> None:
    relation = b"R" + struct.pack("!I", 7) + b"public\0t\0d" + struct.pack("!H", 2) + _column(b"id", key=True) + _column(b"v")
    messages = [
        b"B", relation,
        b"I" + struct.pack("!I", 7) + b"N" + _row(b"1", b"a"),
        b"U" + struct.pack("!I", 7) + b"N" + _row(b"1", b"b"),
        b"I" + struct.pack("!I", 7) + b"N" + _row(b"2", b"x"),
        b"D" + struct.pack("!I", 7) + b"K" + _row(b"2", None),
        b"U" + struct.pack("!I", 7) + b"N" + _row(b"3", b"c"),
        b"U" + struct.pack("!I", 7) + b"N" + _row(b"3", b"d"),
        b"C",
    ]  # fmt: skip
    (written,) = _transactions(iter(messages))
    assert written.new == {'"public"."t"': {(b"1",): (b"1", b"b")}}
    assert written.changed == {'"public"."t"': {(b"3",): (b"3", b"d")}}
    assert not written.gone
    assert written.rows == 2


def test_a_row_that_changes_its_key_is_one_gone_and_one_new() -> None:
    table = struct.pack("!I", 7)
    relation = b"R" + table + b"public\0t\0d" + struct.pack("!H", 2) + _column(b"id", key=True) + _column(b"v")
    messages = [
        b"B", relation,
        b"U" + table + b"K" + _row(b"1", None) + b"N" + _row(b"2", b"a"),
        b"I" + table + b"N" + _row(b"8", b"x"),
        b"U" + table + b"K" + _row(b"8", None) + b"N" + struct.pack("!H", 2) + b"t" + struct.pack("!I", 1) + b"9" + b"u",
        b"C",
    ]  # fmt: skip
    (written,) = _transactions(iter(messages))
    assert written.new == {'"public"."t"': {(b"2",): (b"2", b"a"), (b"9",): (b"9", b"x")}}
    assert written.gone == {'"public"."t"': {(b"1",)}}
    assert written.rows == 3


def _column(name: bytes, *, key: bool = False) -> bytes:
    return bytes([key]) + name + b"\0" + struct.pack("!II", 25, 0)


def _row(*values: bytes | None) -> bytes:
    cells = [b"n" if value is None else b"t" + struct.pack("!I", len(value)) + value for value in values]
    return struct.pack("!H", len(cells)) + b"".join(cells)
