"""Pickers whose scans wait at the same moment share a commit, and nothing else."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest
from django.db import connection

from orderhouse.kernel import failpoints
from orderhouse.kernel.together import Together
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.queries import scans_of
from orderhouse.wms.floor.run_scans import ScanInput
from orderhouse.wms.floor.take_picks import Sent, take_picks
from orderhouse.wms.floor.tests.scanners import Scanner
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, counted

BIN = "02-002-1"
Walk = list[ScanInput]


def pickers_at_one_bin(shop: ShippingFloor, count: int, *, units: int = 1) -> list[Scanner]:
    """So many pickers, each on a tour for one order, all of them from the same bin, which holds just enough."""
    shop.keep("MUG", (BIN, count * units))
    for n in range(count):
        shop.release(f"R{n:02d}", ("MUG", units))
        shop.tote(f"T{n:02d}")
    shop.wave(strategy="discrete")
    return [Scanner(shop, "pick", tour_id, badge=f"B-{n:02d}") for n, tour_id in enumerate(sorted(shop.tour_ids()))]


def walk(n: int, units: int = 1) -> Walk:
    """What picker n scans on its tour: the bin, each unit, its tote."""
    texts = [f"L.{BIN}", *["MUG"] * units, f"T.T{n:02d}"]
    return [ScanInput(uuid4(), text) for text in texts]


def sent(picker: Scanner, *scans: ScanInput) -> Sent:
    return Sent(picker.by, picker.session_id, scans)


def scanned(text: str) -> ScanInput:
    return ScanInput(uuid4(), text)


def moved(shop: ShippingFloor) -> list[tuple[str, str, int]]:
    """Who picked on which device, how many units."""
    return shop.rows(
        """SELECT actor, device, sum(quantity)::int FROM ledger_movement
           WHERE tenant_id = %s AND cause = 'pick_task' GROUP BY actor, device ORDER BY actor"""
    )


def test_fifty_pickers_at_one_bin_each_get_their_own_answer_and_no_unit_is_picked_twice(shop: ShippingFloor) -> None:
    pickers = pickers_at_one_bin(shop, 50, units=2)
    together = threading.Barrier(len(pickers))

    def pick(n: int) -> list[tuple[bool, str]]:
        try:
            together.wait(60)
            told = []
            for at, scan in enumerate(walk(n, 2)):
                (answer,) = pickers[n].send(scan.text, ids=[scan.scan_id])
                if (n + at) % 7 == 0:
                    assert pickers[n].send(scan.text, ids=[scan.scan_id]) == [answer], "sent again, it is answered and not done"
                told.append((answer.ok, answer.screen))
            return told
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pickers)) as threads:
        answers = list(threads.map(pick, range(len(pickers))))
    assert answers == [[(True, "pick.item"), (True, "pick.item"), (True, "pick.tote"), (True, "pick.done")]] * 50
    assert moved(shop) == [(f"B-{n:02d}", f"scanner of B-{n:02d}", 2) for n in range(50)]
    assert [shop.counts(f"R{n:02d}") for n in range(50)] == [{"picked": 2}] * 50
    assert all(shop.said(f"R{n:02d}")[-1] == ("ReleaseProgressed", "picked") for n in range(50))
    [(scans, commits)] = shop.rows("SELECT count(*), count(DISTINCT xmin::text) FROM wms_scan WHERE tenant_id = %s")
    assert scans == 200
    assert commits < scans, "some of them shared one"


def test_pickers_in_one_commit_keep_their_names_in_books_stories_and_letters(shop: ShippingFloor) -> None:
    pickers = pickers_at_one_bin(shop, 3)
    for n in (0, 1, 2):
        pickers[n].walk(f"L.{BIN}", "MUG")
    answers = take_picks(shop.tenant_id, [sent(pickers[n], scanned(f"T.T{n:02d}")) for n in (2, 0, 1)])
    assert [answer and answer[0].screen for answer in answers] == ["pick.done"] * 3
    badges = [f"B-{n:02d}" for n in range(3)]
    assert moved(shop) == [(badge, f"scanner of {badge}", 1) for badge in badges]
    assert shop.rows("SELECT DISTINCT badge FROM wms_pick_task WHERE tenant_id = %s AND state = 'picked' ORDER BY 1") == [
        (badge,) for badge in badges
    ]
    told = "SELECT actor FROM {} WHERE tenant_id = %s AND {} ORDER BY 1"
    assert shop.rows(told.format("contract_event", "type = 'release-picked'")) == [(badge,) for badge in badges]
    assert shop.rows(told.format("contract_outbox", "payload ->> 'state' = 'picked'")) == [(badge,) for badge in badges]
    assert shop.rows("SELECT count(*) FROM wms_tour WHERE tenant_id = %s AND state = 'done'") == [(3,)]


def test_many_pickers_cost_the_statements_of_one(shop: ShippingFloor) -> None:
    pickers = pickers_at_one_bin(shop, 12)
    for n in range(12):
        pickers[n].walk(f"L.{BIN}", "MUG")
    with counted() as one:
        take_picks(shop.tenant_id, [sent(pickers[0], scanned("T.T00"))])
    with counted() as many:
        take_picks(shop.tenant_id, [sent(pickers[n], scanned(f"T.T{n:02d}")) for n in range(1, 12)])
    assert len(many) <= len(one) + 3, "the last tour closes the wave"


def test_whoever_loses_the_tote_is_told_so_and_the_others_pick_on(shop: ShippingFloor) -> None:
    pickers = pickers_at_one_bin(shop, 3)
    for picker in pickers:
        picker.walk(f"L.{BIN}", "MUG")
    loses = scanned("T.T00")
    first, second, third = take_picks(
        shop.tenant_id, [sent(pickers[0], scanned("T.T00")), sent(pickers[1], loses), sent(pickers[2], scanned("T.T02"))]
    )
    assert first
    assert third
    assert (first[0].ok, third[0].ok) == (True, True)
    assert second is None
    assert [row.text for row in scans_of(shop.tenant_id, pickers[1].session_id)] == [f"L.{BIN}", "MUG"], "nothing is kept of it"
    (told,) = pickers[1].send("T.T00", ids=[loses.scan_id])
    assert (told.ok, told.screen) == (False, "pick.tote")
    assert "another order" in told.sentence
    assert pickers[1].walk("T.T01").screen == "pick.done"


def test_a_scan_sent_twice_in_one_batch_is_done_once_and_answered_twice(shop: ShippingFloor) -> None:
    (picker,) = pickers_at_one_bin(shop, 1, units=2)
    picker.walk(f"L.{BIN}")
    unit, more = scanned("MUG"), scanned("MUG")
    one, again, both = take_picks(shop.tenant_id, [sent(picker, unit), sent(picker, unit), sent(picker, unit, more)])
    assert one
    assert both
    assert one == again == both[:1]
    assert [answer.data["counted"] for answer in both] == [1, 2]
    assert take_picks(shop.tenant_id, [sent(picker, unit)]) == [one]
    assert len(scans_of(shop.tenant_id, picker.session_id)) == 3


def test_scans_sent_to_four_processes_at_once_are_done_once(shop: ShippingFloor) -> None:
    pickers = pickers_at_one_bin(shop, 4, units=12)
    walks = [walk(n, 12) for n in range(4)]
    together = threading.Barrier(4)

    def process(n: int) -> list[list[list[Answer] | None]]:
        """A process has a line of its own, so it is left out; each names the pickers in another order."""
        try:
            rounds = []
            for scans in zip(*walks, strict=True):
                batch = [sent(picker, scan) for picker, scan in zip(pickers, scans, strict=True)]
                together.wait(20)
                answers = take_picks(shop.tenant_id, batch[n:] + batch[:n])
                rounds.append(answers[4 - n :] + answers[: 4 - n])
            return rounds
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(process, range(4)))
    assert all(each == told[0] for each in told)
    assert all(answers and answers[0].screen == "pick.done" for answers in told[0][-1])
    assert moved(shop) == [(picker.by.actor, picker.by.device, 12) for picker in pickers]


def test_what_is_no_plain_pick_is_left_to_its_sender(shop: ShippingFloor) -> None:
    pickers = pickers_at_one_bin(shop, 3)
    counter = Scanner(shop, "count", badge="B-C")
    for picker in pickers:
        picker.walk(f"L.{BIN}")
    stranger = Sent(pickers[1].by, pickers[0].session_id, [scanned("MUG")])
    unknown = Sent(pickers[1].by, 1, [scanned("MUG")])
    answers = take_picks(
        shop.tenant_id,
        [
            sent(pickers[0], scanned("!short")),
            stranger,
            unknown,
            sent(counter, scanned(f"L.{BIN}")),
            sent(pickers[2], scanned("MUG")),
        ],
    )
    assert answers[:4] == [None] * 4
    assert answers[4]
    assert answers[4][0].ok
    assert len(scans_of(shop.tenant_id, pickers[0].session_id)) == 1
    assert scans_of(shop.tenant_id, counter.session_id) == []


@pytest.mark.parametrize("where", ["before-commit", "after-commit"])
def test_a_server_killed_in_the_middle_of_shared_scans_loses_nothing_it_answered(
    shop: ShippingFloor, tmp_path: Path, where: str
) -> None:
    pickers = pickers_at_one_bin(shop, 8, units=2)
    walks = [walk(n, 2) for n in range(8)]
    journal = tmp_path / "answered"
    journal.touch()
    child = os.fork()
    if not child:
        _serve_until_killed(pickers, walks, journal, where)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    answered = {UUID(scan_id): answer for scan_id, answer in map(orjson.loads, journal.read_bytes().splitlines())}
    assert 0 < len(answered) < 32
    for picker, own in zip(pickers, walks, strict=True):
        answers = picker.send(*[scan.text for scan in own], ids=[scan.scan_id for scan in own])
        for scan, answer in zip(own, answers, strict=True):
            assert answer.ok
            assert list(answer) == answered.get(scan.scan_id, list(answer)), "as it was answered before the crash"
    assert moved(shop) == [(picker.by.actor, picker.by.device, 2) for picker in pickers]


def _serve_until_killed(pickers: Sequence[Scanner], walks: Sequence[Walk], journal: Path, where: str) -> None:
    """In a process of its own: the pickers scan at once, each answer goes into the journal, until a commit in their midst kills it."""
    failpoints._left[where] = 3
    file = os.open(journal, os.O_WRONLY | os.O_APPEND)
    together = threading.Barrier(len(pickers))

    def pick(n: int) -> None:
        together.wait(20)
        for scan in walks[n]:
            (answer,) = pickers[n].send(scan.text, ids=[scan.scan_id])
            os.write(file, orjson.dumps([str(scan.scan_id), list(answer)]) + b"\n")

    threads = [threading.Thread(target=pick, args=(n,), daemon=True) for n in range(len(pickers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    os._exit(1)


def test_a_batch_that_fails_leaves_each_to_do_it_alone_and_nobody_waiting() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(tenant_id: int, jobs: Sequence[int]) -> list[int | None]:
        if len(jobs) == 1:
            begun.set()
            go_on.wait(20)
            return [10 * jobs[0]]
        raise RuntimeError("somebody in the batch is at fault")

    together = Together[int, int](work, most=10, linger=0, longest_linger=0)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together.do, 1, 0)
        assert begun.wait(20)
        others = [threads.submit(together.do, 1, n) for n in (1, 2, 3)]
        while together.standing(1) < 3:
            threading.Event().wait(0.01)
        go_on.set()
        assert first.result(20) == 0
        assert [other.result(20) for other in others] == [None] * 3
    assert together.do(1, 5) == 50, "the line is open again"
