"""A whole run: a house, its clients, the storm, the quiet, the verdict."""

from __future__ import annotations

import random
import shutil
import sys
import time
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults.clients import Client, Tally
from tests.faults.dock import Dock
from tests.faults.driver import Driver
from tests.faults.house import SKUS, House, house
from tests.faults.journal import read_journals
from tests.faults.market import Market
from tests.faults.oracle import Verdict, examine, shape
from tests.faults.plan import Command, Plan, make_plan
from tests.faults.quiet import come_to_rest
from tests.faults.scanner import Scanner
from tests.faults.shop import Shop

KINDS_OF_CLIENT: dict[str, type[Client]] = {"market": Market, "scanner": Scanner, "dock": Dock}
LAG = 2
"""Beats that a client may be behind before the storm waits for it."""


def run(seed: int, faults: int, *, folder: Path | None = None, impatient: bool = False, planted: bool = False) -> dict[str, Any]:
    """Run it and tell what came of it. ``planted`` then plants a loss, a double and a drift, and tells whether the oracle saw."""
    began = time.monotonic()
    with house(seed=seed, folder=folder) as built:
        without = [] if built.small_disk else ["disk full"]
        plan = make_plan(seed, faults, without=without)
        tally = Tally()
        clients = [KINDS_OF_CLIENT.get(name, Shop)(name, built, commands, tally) for name, commands in plan.clients.items()]
        driver = Driver(built, tally, patience=30.0 if faults < 200 else 6.0)  # a short run wants to see each kind
        _say(f"ORDERHOUSE_SEED={seed}: {faults} faults, {len(plan.beats)} beats; built in {time.monotonic() - began:.0f} s")
        built.keep()
        built.await_answers()
        for client in clients:
            client.start()
        storm = time.monotonic()
        try:
            _storm(plan, built, clients, driver, tally, faults)
            stormed = time.monotonic() - storm
            rest = come_to_rest(built, [*clients, driver.poisoner], impatient=impatient)
        except BaseException:
            _keep(built, seed)
            raise
        _say(f"at rest: {rest}")
        entries = read_journals(built.journals)
        verdict = examine(built, entries)
        struck = {kind: n for kind, n in built.deaths.items() if kind.startswith("failpoint")}
        by_kind = {kind: n for kind, n in sorted({**tally.by_kind, **struck}.items()) if n}
        result = {
            "faults": sum(by_kind.values()),
            "by_kind": by_kind,
            **shape(verdict),
            "seeds": [seed],
            "not_possible_here": {"disk full": built.no_disk} if without else {},
            "process_kills": sum(n for kind, n in by_kind.items() if kind.startswith(("kill", "failpoint"))),
            "postgres_kills": sum(
                n for kind, n in by_kind.items() if kind.startswith("postgres ") and kind.split()[1] in _DEADLY
            ),
            "ended_by_themselves": {kind.removeprefix("own end of "): n for kind, n in built.deaths.items() if "own" in kind},
            "recovery_seconds": {
                what: {"median": round(median(s), 2), "worst": round(max(s), 2), "times": len(s)}
                for what, s in sorted(driver.recoveries.items())
            },
            "auditor_raised": {  # what it took for a violation during the storm: the dead letters of the poison, nothing else
                str(rule): int(n)
                for rule, n in built.rows(
                    "oms", "SELECT rule, count(*) FROM contract_violation WHERE raised_at IS NOT NULL GROUP BY 1 ORDER BY 1"
                )
            },
            "orders": int(built.rows("oms", "SELECT count(*) FROM oms_order")[0][0]),
            "units_shipped": int(built.rows("oms", "SELECT coalesce(sum(shipped), 0) FROM oms_order_line")[0][0]),
            "letters": sum(int(built.rows(side, "SELECT count(*) FROM contract_outbox")[0][0]) for side in ("oms", "wms")),
            "storm_seconds": round(stormed, 1),
            **rest,
        }
        if planted:
            result["planted"] = _plant(built, entries, verdict)
        if not verdict.is_clean:
            _keep(built, seed)
    return result


_DEADLY = ("killed", "stopped")


def _storm(plan: Plan, built: House, clients: list[Client], driver: Driver, tally: Tally, faults: int) -> None:
    began = told = time.monotonic()
    beats = len(plan.beats)
    for number, beat in enumerate(plan.beats):
        for client in clients:
            client.allowed = max(client.allowed, 4, -(-len(client.commands) * (number + 1) // beats))
        driver.do(beat)
        for client in clients:
            client.await_done(len(client.commands) * (number - LAG) // beats, seconds=60)
        if time.monotonic() - told > 10:
            told = time.monotonic()
            struck = sum(n for kind, n in built.deaths.items() if kind.startswith("failpoint"))
            _say(f"{told - began:5.0f} s  {tally.total + struck} faults, beat {number + 1} of {beats}: {beat.heavy}")
    for client in clients:
        client.await_done(len(client.commands), seconds=120)
        client.stopped = True
    for client in clients:
        client.join(30)
        if client.broke:
            raise client.broke
    rng = plan.beats[-1].rng()
    _strike_all(plan, clients, driver, rng)
    while tally.total + sum(n for kind, n in built.deaths.items() if kind.startswith("failpoint")) < faults:
        driver._one("database connection reset", rng)


def _strike_all(plan: Plan, clients: list[Client], driver: Driver, rng: random.Random) -> None:
    """See each failpoint of the plan strike: new goods for what waits, and an order, lead through the whole house."""
    dock = next(client for client in clients if isinstance(client, Dock))
    shop = next(client for client in clients if isinstance(client, Shop))
    places = {client: count(len(client.commands)) for client in (dock, shop)}

    def work(attempt: int) -> None:
        for client, kind, times in ((dock, "receive", len(SKUS)), (shop, "order", 2)):
            for _ in range(times):
                number = next(places[client])
                client.do(Command(number, kind, "", f"{plan.seed}/{client.name}/{number}"))

    for name in sorted({beat.heavy for beat in plan.beats if beat.heavy.startswith("failpoint ")}):
        driver.make_strike(name.removeprefix("failpoint "), rng, work)


def _plant(built: House, entries: list[Any], before: Verdict) -> dict[str, bool]:
    """Take one acknowledged order away, do one thing twice, bend one balance: each must be told as what it is."""
    acknowledged = [e for e in entries if e.kind == "order" and e.is_acknowledged]
    goods = next(e for e in entries if e.kind == "goods" and e.is_acknowledged)
    with built.superuser("oms") as oms, built.superuser("wms") as wms:
        oms.execute("SET session_replication_role = replica")  # nothing cascades, nothing minds
        wms.execute("SET session_replication_role = replica")
        number = acknowledged[0].facts["orders"][0]["channel_order_id"]
        oms.execute("DELETE FROM oms_order WHERE channel_order_id = %s", (number,))
        wms.execute(
            """INSERT INTO ledger_movement
               SELECT (jsonb_populate_record(m, jsonb_build_object('id', m.id + 1))).* FROM ledger_movement m
               JOIN ledger_account a ON a.id = m.from_account_id AND a.state = 'supplier'
               JOIN wms_receipt r ON r.id = m.cause_id AND m.cause = 'receipt' WHERE r.number = %s LIMIT 1""",
            (goods.facts["receipt"],),
        )
        oms.execute("UPDATE ledger_account SET balance = balance + 1 WHERE book = 'promise' AND state = 'available'")
    after = examine(built, entries)
    return {
        "loss": any(f"WEB-{number}" in each for each in after.lost) and len(after.lost) > len(before.lost),
        "double": any(goods.facts["receipt"] in each for each in after.doubled),
        "drift": any("balance_equals_recount" in each and each.startswith("oms") for each in after.violations)
        and any("on the floor" in each for each in after.violations),
    }


def _keep(built: House, seed: int) -> None:
    """Keep journals and logs where something is wrong."""
    kept = Path(f"faults-{seed}")
    shutil.copytree(built.journals, kept / "journals", dirs_exist_ok=True)
    for log in built.folder.glob("*.log"):
        shutil.copy(log, kept)
    _say(f"journals and logs are kept in {kept}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
