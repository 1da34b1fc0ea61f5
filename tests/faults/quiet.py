"""After the storm: everything drains, poison dies and is healed, and whatever is unknown is asked once more."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tests.contract.test_two_servers import BY
from tests.contract.two_servers import ROOT
from tests.faults.clients import Client
from tests.faults.driver import POISON
from tests.faults.house import House
from tests.faults.journal import Journal, read_journal

LEASE = 60
"""Seconds a worker's claim on a letter holds (contract.outbox.LEASE)."""
_WAITING = "SELECT count(*) FROM contract_outbox WHERE state = 'waiting' AND subject NOT LIKE %s"
_POISONED = f"WEB-{POISON}%"
_DAYS_PASS = (
    BY
    + """
from datetime import timedelta
from orderhouse.contract.deliver_waiting import deliver_waiting
for n in range(1, 16):
    while deliver_waiting(tenant_id=by.tenant_id, at=by.at + n * timedelta(hours=7)).delivered:
        pass
"""
)
_REPLAY = (
    BY
    + """
from orderhouse.contract.mailbox import replay_dead
from orderhouse.database import fetch_values, unit_of_work
with unit_of_work(by.tenant_id):
    dead = fetch_values("SELECT id FROM contract_outbox WHERE tenant_id = %s AND state = 'dead'", (by.tenant_id,))
print(replay_dead(by=by, message_ids=dead))
"""
)


class NeverQuiet(AssertionError):
    """The house did not come to rest."""


def come_to_rest(house: House, clients: Sequence[Client], *, patience: float = 240.0, impatient: bool = False) -> dict[str, Any]:
    """Let it drain; how long that took and how many commands were unknown until they were asked again.

    A letter in the hands of a worker that was killed waits for the end of its lease, a minute. ``impatient`` sets the
    workers' clocks ahead by as much instead of waiting.
    """
    began = time.monotonic()
    with house.at_rest():
        for side, which in ((house.oms, "bulk"), (house.wms, "crew")):
            side.commands.pop(which, None)
            side.kill(which)
    house.calm()
    if impatient:
        for name in ("oms", "wms"):
            house.kill(name, "worker", then={"ORDERHOUSE_CLOCK_WRONG_BY": str(LEASE + 5)})
    house.await_answers()
    _say(began, "calm")
    unknown = _ask_again(house, clients)
    _say(began, f"{unknown} commands asked again")
    _drain(house, clients[0], patience)
    drained = time.monotonic() - began
    _poison_dies_and_is_healed(house, clients[0], patience)
    return {
        "asked_again": unknown,
        "drained_seconds": round(drained, 1),
        "healed_seconds": round(time.monotonic() - began - drained, 1),
    }


def _ask_again(house: House, clients: Sequence[Client]) -> int:
    """Clients ask what they never heard of, the bulk's last batch goes by the API; how many there were."""
    unknown = 0
    for client in clients:
        entries = [entry for entry in read_journal(client.journal.path) if entry.is_unknown]
        client.retry_unknown(entries)
        unknown += len(entries)
    path = house.journals / "bulk.journal"
    if path.exists():
        journal, shop = Journal(path), clients[0]
        for entry in read_journal(path):
            if entry.is_unknown:
                journal.answered(entry.id, *shop.tell("POST", "/orders", entry.facts["orders"]))
                unknown += 1
        journal.close()
    return unknown


def _drain(house: House, shop: Client, patience: float) -> None:
    """Release, work and deliver until nothing moves any more. How long that may take depends on how much the storm left
    undone; what may not be is that work is open and none gets done."""
    while True:
        _settle(house, patience)
        status, said = shop.tell("POST", "/orders/release", {"limit": 5000})
        if status != 200:
            raise NeverQuiet(f"orders cannot be released: {status} {said}")
        _settle(house, patience)
        if not said["releases"] and not _open_lines(house) and not _on_the_dock(house):
            return
        began, before = time.monotonic(), _done(house)
        _work(house, patience)
        _say(began, "the crew worked")
        if _done(house) == before and not said["releases"]:
            raise NeverQuiet(f"lines never leave the building: {_open_lines(house)}\n{_how_it_stands(house)}")


def _settle(house: House, patience: float) -> None:
    """Wait until all letters are delivered; ``patience`` seconds may pass without one fewer waiting."""
    fewest, deadline = None, 0.0
    while waiting := sum(int(house.rows(side, _WAITING, (_POISONED,))[0][0]) for side in ("oms", "wms")):
        if fewest is None or waiting < fewest:
            fewest, deadline = waiting, time.monotonic() + patience
        if time.monotonic() > deadline:
            stuck = [
                (side, *row)
                for side in ("oms", "wms")
                for row in house.rows(
                    side,
                    """SELECT type, subject, attempts, next_try_at, claimed_until, aside, error FROM contract_outbox
                       WHERE state = 'waiting' LIMIT 5""",
                )
            ]
            raise NeverQuiet(f"letters wait: {stuck}")
        time.sleep(0.1)


def _work(house: House, patience: float) -> None:
    """Let the crew work until it finds nothing to do; ``patience`` seconds may pass without anything done."""
    with tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, "-m", "tests.faults.floor_crew", "--once"]
        crew = subprocess.Popen(command, env=house.wms._environment(), cwd=ROOT, stdout=said, stderr=said, text=True)
        try:
            done, deadline = _done(house), time.monotonic() + patience
            while crew.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    crew.wait(2)
                if (now := _done(house)) != done:
                    done, deadline = now, time.monotonic() + patience
                if time.monotonic() > deadline:
                    raise NeverQuiet(f"the crew does nothing for {patience:.0f} s\n{_how_it_stands(house)}")
        finally:
            crew.kill()
            crew.wait()
        if crew.returncode:
            said.seek(0)
            raise NeverQuiet(f"the crew cannot finish: {said.read()[-3000:]}")


def _done(house: House) -> list[tuple[object, ...]]:
    """What only grows while a warehouse works."""
    return house.rows(
        "wms",
        """SELECT (SELECT coalesce(sum(picked), 0) FROM wms_pick_task), (SELECT coalesce(sum(done), 0) FROM wms_putaway_task),
                  (SELECT count(*) FROM wms_outbound WHERE state IN ('shipped', 'cancelled')), (SELECT count(*) FROM wms_scan)""",
    )


def _say(began: float, what: str) -> None:
    print(f"      {what}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def _open_lines(house: House) -> list[tuple[object, ...]]:
    return house.rows(
        "oms",
        """SELECT o.number, o.state, l.released, l.cancel_wanted FROM oms_order_line l JOIN oms_order o ON o.id = l.order_id
           WHERE l.released > 0 AND o.number NOT LIKE %s LIMIT 5""",
        (_POISONED,),
    )


def _how_it_stands(house: House) -> str:
    """What somebody would look at who must find out why it does not go on."""
    questions = (
        ("oms", "SELECT state, count(*) FROM oms_order GROUP BY 1 ORDER BY 1"),
        ("wms", "SELECT state, cancel_wanted, count(*), min(release_number) FROM wms_outbound GROUP BY 1, 2 ORDER BY 1"),
        ("wms", "SELECT kind, state, count(*), sum(quantity - done) FROM wms_putaway_task GROUP BY 1, 2 ORDER BY 1, 2"),
        ("wms", "SELECT state, badge, count(*) FROM wms_tour GROUP BY 1, 2 ORDER BY 1, 2"),
        ("wms", "SELECT state, count(*), sum(quantity - picked) FROM wms_pick_task GROUP BY 1 ORDER BY 1"),
        ("wms", "SELECT kind, count(*) FROM wms_exception GROUP BY 1 ORDER BY 1"),
        ("wms", "SELECT flow, badge, ended_at IS NULL, count(*) FROM wms_floor_session GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"),
        (
            "wms",
            """SELECT a.state, coalesce(p.kind, h.kind, '-'), count(*), sum(a.balance) FROM ledger_account a
               LEFT JOIN wms_location p ON p.id = a.place_id LEFT JOIN wms_handling_unit h ON h.id = a.place_id
               WHERE a.book = 'physical' AND a.balance <> 0 GROUP BY 1, 2 ORDER BY 1, 2""",
        ),
    )
    return "\n".join(f"{side}: {' '.join(question.split())}\n    {house.rows(side, question)}" for side, question in questions)


def _on_the_dock(house: House) -> int:
    return int(house.rows("wms", "SELECT count(*) FROM wms_putaway_task WHERE state = 'ready'")[0][0])


def _poison_dies_and_is_healed(house: House, shop: Client, patience: float) -> None:
    """Days pass: the poisoned letters are dead, which the books say; then the cause is mended and they are sent again."""
    statement = "SELECT state, attempts FROM contract_outbox WHERE subject LIKE %s AND type = 'ReleaseOrder'"
    if not house.rows("oms", statement, (_POISONED,)):
        return
    began = time.monotonic()
    house.oms.run(_DAYS_PASS)
    _say(began, "days passed over the poison")
    found = house.rows("oms", statement, (_POISONED,))
    if any(state != "dead" or attempts != 12 for state, attempts in found):
        raise NeverQuiet(f"poison is not dead after twelve tries: {found}")
    if house.prove("oms") != {"outbox_delivered_or_waiting": len(found)}:
        raise NeverQuiet("the books do not tell of the dead letters")
    with house.superuser("wms") as connection:
        connection.execute("ALTER TABLE wms_outbound DROP CONSTRAINT poison")
    house.oms.run(_REPLAY)
    deadline = time.monotonic() + patience
    while house.rows("oms", "SELECT count(*) FROM contract_outbox WHERE state = 'waiting'") != [(0,)]:
        if time.monotonic() > deadline:
            raise NeverQuiet("healed letters are not delivered")
        time.sleep(0.1)
    _drain(house, shop, patience)


__all__ = ["NeverQuiet", "come_to_rest"]
