"""A scanner without a network says what the server would have said: the flows' own answers, held against the scanner's code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from orderhouse.scanner.tests.conftest import Pocket
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor

HERE = Path(__file__).parent
A, B, C = "02-002-1", "01-001-1", "01-002-1"


def run_node(*files: str, **environment: str) -> None:
    """Run test files on Node's own runner; skipped where there is no Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip(f"no Node on this machine: the tests of the scanner's own code ({', '.join(files)}) are left out")
    run = subprocess.run(
        [node, "--test", *(str(HERE / file) for file in files)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-6000:]


def test_the_scanners_pure_parts() -> None:
    run_node("parts.test.mjs")


def test_the_scanner_speaks_only_the_words_it_is_given(tmp_path: Path) -> None:
    words = tmp_path / "words.json"
    words.write_bytes(Client().get("/scanner/api/words").content)
    run_node("words.test.mjs", "conflicts.test.mjs", WORDS=str(words))


def record(scanner: Pocket, name: str, flow: str, target: int | None, *said: str | tuple[str, int]) -> dict[str, Any]:
    """A session as it went: its start, and every scan with its answer."""
    begun = scanner.say("start", flow=flow, target=None if target is None else str(target))
    assert begun.status_code == 200, begun.content
    first = begun.json()["answer"]
    answers = [scanner.scan(first["data"]["session"], one)[0] for one in said]
    pairs = [(one, None) if isinstance(one, str) else one for one in said]
    scans = [{"text": t, "quantity": q, "answer": a} for (t, q), a in zip(pairs, answers, strict=True)]
    return {"name": name, "flow": flow, "target": None, "first": first, "scans": scans}


def test_alone_it_says_what_the_server_says(scanner: Pocket, shop: ShippingFloor, tmp_path: Path) -> None:
    shop.keep("MUG", (A, 50), weight_grams=300)
    shop.keep("TEE", (B, 50), weight_grams=150)
    shop.keep("CAP", (C, 2), weight_grams=80)
    for code in ("T1", "T2", "T3"):
        shop.tote(code)
    runs = []

    shop.release("R1", ("MUG", 3), ("TEE", 1))
    shop.release("R2", ("MUG", 2), ("CAP", 1))
    shop.wave()
    (tour,) = shop.tour_ids()
    start = scanner.say("start", flow="pick", target=str(tour)).json()["answer"]
    said: list[str | tuple[str, int]] = []
    totes: dict[str, str] = {}
    here = ""
    for n, task in enumerate(start["data"]["sheet"]["tasks"]):
        if task["bin"] != here:
            here = task["bin"]
            said += ["L.99-999-9", f"L.{here}", "T.T1"]  # a wrong bin, the bin, and a tote before its goods
        if n == 0:
            said += ["NOTHING", task["sku"], "!undo"]
        own = totes.setdefault(task["order"], f"T{len(totes) + 1}")
        if task["sku"] == "CAP":
            said += [("!short", 0)]
            continue
        said += [(task["sku"], task["quantity"]), f"T.{own}"]
    runs.append(record(scanner, "pick", "pick", tour, *said, "!end"))

    shop.wave()
    counts = [(shop.bin(place).id, shop.item(sku)) for place, sku in ((A, "MUG"), (B, "TEE"))]
    request_counts(by=shop.by, bins=counts, reason="schedule")
    runs.append(
        record(scanner, "count", "count", None, f"L.{B}", "MUG", "TEE", ("TEE", 2), f"L.{A}", "MUG", ("!done", 45), "!end")
    )

    shop.receive("MUG", 6)
    shop.receive("TEE", 4)
    suggested = {task.sku: task.location for task in shop.tasks()}
    puts: list[str | tuple[str, int]] = [
        "MUG",
        "L.99-999-9",
        f"L.{suggested['MUG']}",
        "NOTHING",
        "TEE",
        (f"L.{suggested['TEE']}", 1),
        f"L.{suggested['TEE']}",
        "!end",
    ]
    runs.append(record(scanner, "putaway", "putaway", None, *puts))

    tote = totes.get(next(order for order in totes if order.startswith("R1")), "T1")
    checks: list[str | tuple[str, int]] = [f"T.{tote}", "MUG", "CAP", ("MUG", 2), "!close", "TEE", ("!close", 1234), "!end"]
    runs.append(record(scanner, "pack", "pack", None, *checks))

    runs.append(receiving(scanner, shop))
    from orderhouse.scanner.words import spoken

    recordings = tmp_path / "recordings.json"
    recordings.write_text(json.dumps({"words": spoken(), "runs": runs}, default=str))
    assert sum(scan["answer"]["ok"] for run in runs for scan in run["scans"]) > 25
    run_node("mirror.test.mjs", RECORDINGS=str(recordings))


def receiving(scanner: Pocket, shop: ShippingFloor) -> dict[str, Any]:
    """An announced receipt with an item that has lots and expires."""
    from orderhouse.contract.mailbox import Letter, put
    from orderhouse.contract.messages import ExpectedLine, ExpectReceipt

    shop.item("TEA", tracks_lots=True, minimum_life_days=30)
    lines = (ExpectedLine(1, "MUG", shop.owner, 5), ExpectedLine(2, "TEA", shop.owner, 3))
    due = shop.by.at + timedelta(hours=1)
    put(
        by=shop.by,
        source="oms",
        letters=[Letter(f"node:{shop.node}", "PO-1", ExpectReceipt("PO-1", shop.node, "Maker", due, lines))],
    )
    receipt_id = shop.rows("SELECT id FROM wms_receipt WHERE tenant_id = %s AND number = 'PO-1'")[0][0]
    day = (shop.by.at + timedelta(days=300)).date().isoformat()
    said = ("!damaged", "MUG", ("MUG", 4), "NOTHING", ("TEA", 3), "LOT-7", "no date", day, "!end")
    return record(scanner, "receive", "receive", receipt_id, *said)
