"""A file of invoices is lived through everything, once, whatever kills the run in between."""

from __future__ import annotations

import json
import lzma
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from orderhouse.config.cli import main
from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.database.tenants import tenants

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
DAYS = ("11/29/2010", "11/30/2010", "12/1/2010", "12/2/2010")
COUNTRIES = ("United Kingdom",) * 8 + ("EIRE", "France")


def _file(tmp_path: Path, invoices_a_day: int = 12) -> Path:
    """Four days in another year's clothes: other column names, American dates, invoices, credits, corrections, odd rows."""
    dice = random.Random(4)
    lines, number = [HEADER], 600_000
    for day in DAYS:
        bought: list[tuple[str, str, int]] = []
        for n in range(invoices_a_day):
            number += 1
            customer, country = f"{dice.randrange(12_346, 12_360)}", dice.choice(COUNTRIES)
            for code in dice.sample(range(20_000, 20_040), dice.randrange(1, 7)):
                units = dice.choice((1, 2, 6, 12, 48, 144))
                lines.append(
                    f"{number},{code},THING {code},{units},{day} {8 + n * 10 // invoices_a_day}:{n:02d},2.55,{customer},{country}\n"
                )
                bought.append((customer, str(code), units))
            if n == 3:
                lines.append(f"{number},POST,POSTAGE,1,{day} 10:30,18.00,{customer},{country}\n")
        for letter, (customer, code, units) in zip("12", (bought[0], bought[-1]), strict=True):  # one has shipped, one has not
            lines.append(f"C{letter}{number},{code},THING {code},-{units},{day} 18:00,2.55,{customer},United Kingdom\n")
        lines += [
            f"{number + 50},{code},damages,-3,{day} 17:00,0,,United Kingdom\n",
            f"{number + 51},{code},found,2,{day} 17:00,0,,United Kingdom\n",
            f"{number + 52},{code},THING,many,{day} 17:00,2.55,{customer},United Kingdom\n",
            f"A{number},B,Adjust bad debt,1,{day} 17:00,-100,,United Kingdom\n",
        ]
        number += 100
    path = tmp_path / "next_year.csv"
    path.write_text("".join(lines) + "650000,20001,THING 20", encoding="latin-1")  # the writer died here
    return path


def _replay(path: Path, business: str, report: Path, *more: str) -> dict[str, Any]:
    assert main(["replay", str(path), "--business", business, "--report", str(report), "--processes", "1", *more]) == 0
    figures: dict[str, Any] = json.loads(report.read_text())
    return figures


@pytest.fixture
def code() -> str:
    return f"replay-{uuid.uuid4().hex[:10]}"


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERHOUSE_STATE", str(tmp_path / "state"))


def test_a_file_is_lived_through_everything_and_every_row_is_accounted_for(
    tmp_path: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path)
    figures = _replay(path, code, tmp_path / "report.json")
    rows, orders = figures["rows"], figures["orders"]
    text = path.read_text(encoding="latin-1").splitlines()[1:]
    assert rows["in"] == len(text)
    assert rows["balances"]
    assert rows["odd_by_reason"]["a row with too few fields"] == 1
    assert rows["odd_by_reason"]["a quantity that is not a whole number"] == 4
    assert rows["odd_by_reason"]["an adjustment of the accounts, no trade in goods"] == 4
    assert (rows["charges"], rows["corrections"], rows["credit_lines"]) == (4, 8, 8)
    assert len(figures["odd_rows"]) == rows["odd"]
    assert orders["orders"] == 4 * 12
    assert orders["lines"] == rows["order_lines"] == sum(",THING " in row and ",2.55," in row for row in text if row[0] == "6")
    assert orders["units_shipped"] > 0.7 * orders["units_ordered"]
    assert orders["units_cancelled"] + orders["units_returned"] == rows["units_credited"]
    assert orders["units_cancelled"] > 0 < orders["units_returned"]
    assert figures["oversells"] == figures["invariant_violations"] == 0
    assert figures["holds"]
    assert figures["scans"]["pick"]["scans"] > figures["floor"]["THU"]["picks"]
    assert sum(floor["meters"] for floor in figures["floor"].values()) < sum(
        floor["meters_order_by_order"] for floor in figures["floor"].values()
    )
    page = capsys.readouterr().out
    assert "Every row is accounted for." in page
    assert "ASSUMED, SINCE THE FILE DOES NOT SAY" in page


def test_days_may_come_in_pieces_a_done_day_is_not_lived_again_and_no_other_file_is_let_in(
    tmp_path: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, invoices_a_day=4)
    first = _replay(path, code, tmp_path / "first.json", "--days", "2")
    assert (first["days"], first["orders"]["orders"]) == (2, 8)
    whole = _replay(path, code, tmp_path / "whole.json")
    assert (whole["days"], whole["orders"]["orders"]) == (4, 16)
    again = _replay(path, code, tmp_path / "again.json")
    assert again["proof"]["movements"] == whole["proof"]["movements"]
    assert again["orders"] == whole["orders"]
    capsys.readouterr()
    path.write_text(path.read_text(encoding="latin-1") + "\n", encoding="latin-1")
    assert main(["replay", str(path), "--business", code]) == 2
    assert "lives another file" in capsys.readouterr().err


def test_with_one_process_and_one_seed_two_runs_are_the_same(tmp_path: Path, code: str) -> None:
    path = _file(tmp_path, invoices_a_day=4)
    one = _replay(path, f"{code}-a", tmp_path / "a.json", "--seed", "3", "--days", "3")
    two = _replay(path, f"{code}-b", tmp_path / "b.json", "--seed", "3", "--days", "3")
    for part in ("orders", "promises", "units", "stock", "floor", "scans", "rates"):
        assert one[part] == two[part], part


def test_what_is_no_invoice_file_is_refused_before_anything_is_begun(
    tmp_path: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stock.csv").write_text("sku,on_hand\n1,2\n")
    (tmp_path / "only_header.csv").write_text(HEADER)
    for name, why in (("stock.csv", "no column for"), ("only_header.csv", "none of its rows"), ("nowhere.csv", "no such file")):
        assert main(["replay", str(tmp_path / name), "--business", code]) == 2
        assert why in capsys.readouterr().err
    assert code not in {tenant.code for tenant in tenants()}


@pytest.mark.skipif(sys.platform != "linux", reason="floor processes die with a killed parent on Linux")
def test_killed_again_and_again_it_goes_on_and_does_everything_once(tmp_path: Path, code: str) -> None:
    path = _file(tmp_path, invoices_a_day=8)
    command = [
        sys.executable,
        "-c",
        "import sys; from orderhouse.config.cli import main; sys.exit(main(sys.argv[1:]))",
        *("replay", str(path), "--business", code, "--processes", "2", "--report", str(tmp_path / "report.json")),
    ]
    kills = 0
    for patience in (3.6, 4.6, 5.6):
        run = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            run.wait(patience)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
            kills += 1
    assert kills >= 2, "the run was over before it could be killed twice"
    finished = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=300, check=False)
    assert finished.returncode == 0, finished.stderr
    figures = json.loads((tmp_path / "report.json").read_text())
    assert figures["holds"]
    assert (figures["days"], figures["orders"]["orders"]) == (4, 32)
    assert figures["orders"]["lines"] == figures["rows"]["order_lines"]
    done = figures["orders"]["units_cancelled"] + figures["orders"]["units_returned"]
    assert done == figures["rows"]["units_credited"]
    (tenant_id,) = [tenant.tenant_id for tenant in tenants() if tenant.code == code]
    with unit_of_work(tenant_id):
        days = fetch_all(
            """SELECT facts ->> 'day', count(*) FROM contract_event WHERE tenant_id = %s AND type = 'replay-day-done' GROUP BY 1""",
            (tenant_id,),
        )
        open_receipts = fetch_value(
            "SELECT count(*) FROM wms_receipt WHERE tenant_id = %s AND state <> 'closed' AND expected_at <= '2010-12-02T12:00Z'",
            (tenant_id,),
        )
    assert [count for _, count in sorted(days)] == [1, 1, 1, 1]
    assert open_receipts == 0


def test_the_real_first_day_goes_through(tmp_path: Path, code: str, shared_data: Path) -> None:
    with lzma.open(shared_data / "online_retail_2009_2010" / "online_retail_2009_2010.csv.xz", "rt", encoding="utf-8") as year:
        header = next(year)
        rows = [row for _, row in zip(range(400), year, strict=False)]
    path = tmp_path / "morning.csv"
    path.write_text(header + "".join(rows), encoding="utf-8")
    began = time.monotonic()
    figures = _replay(path, code, tmp_path / "report.json")
    assert figures["holds"]
    assert figures["rows"]["in"] == 400
    assert figures["orders"]["lines"] == figures["rows"]["order_lines"] > 350
    assert figures["rates"]["unit_fill_at_once"] > 0.5
    assert time.monotonic() - began < 120
