from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from orderhouse.contract import outbox
from orderhouse.contract.mailbox import DeliveryReport, Letter, backlog, deliver_waiting, published, put, replay_dead
from orderhouse.contract.messages import CancelRelease
from orderhouse.contract.outbox import LEASE, MOST_TRIES, Settled, acknowledge, claim, settle
from orderhouse.contract.receivers import registered
from orderhouse.contract.routes import set_route
from orderhouse.contract.tests.receivers import Receiver, noted, receiving
from orderhouse.contract.tests.test_mailbox import cancel, inbox_rows, outbox_rows

NOWHERE = "http://127.0.0.1:1/contract/v1/inbox"


@pytest.fixture
def node() -> Iterator[Receiver]:
    with receiving("node:") as receiver:
        yield receiver


def wait_for_node(business: Any, *letters: Letter) -> list[int]:
    """Put letters while no one receives them, so that they wait for the worker."""
    with registered("node:", None):
        return put(by=business.by, source="oms", letters=letters)


def later(business: Any, **ahead: float) -> datetime:
    moment: datetime = business.by.at + timedelta(**ahead)
    return moment


def test_a_letter_is_delivered_once_its_receiver_is_mended(business: Any, node: Receiver) -> None:
    node.broken = {"R1"}
    put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2")])
    assert deliver_waiting(tenant_id=business.tenant_id, at=business.by.at) == DeliveryReport()  # not due yet
    assert deliver_waiting(tenant_id=business.tenant_id, at=later(business, seconds=1)) == DeliveryReport(1, put_back=1)
    node.broken = set()
    assert deliver_waiting(tenant_id=business.tenant_id, at=later(business, minutes=1)) == DeliveryReport(1, delivered=1)
    assert noted(business.tenant_id) == ["R2", "R1"]
    assert {state for _, state, _ in outbox_rows(business.tenant_id)} == {"delivered"}
    assert deliver_waiting(tenant_id=business.tenant_id, at=later(business, hours=1)) == DeliveryReport()


def test_a_poison_letter_is_dead_after_its_tries_and_comes_back_by_order_only(business: Any, node: Receiver) -> None:
    node.broken = {"R1"}
    (poison, *_) = put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2")])
    at, rounds = business.by.at, 1
    while "dead" not in [state for _, state, _ in outbox_rows(business.tenant_id)]:
        at += timedelta(hours=7)
        deliver_waiting(tenant_id=business.tenant_id, at=at)
        rounds += 1
    assert rounds == MOST_TRIES
    assert backlog(business.tenant_id)[0].dead == 1
    assert deliver_waiting(tenant_id=business.tenant_id, at=at + timedelta(days=9)) == DeliveryReport()
    node.broken = set()
    assert replay_dead(by=replace(business.by, at=at), message_ids=[poison]) == 1
    assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(1, delivered=1)
    assert noted(business.tenant_id) == ["R2", "R1"]
    assert backlog(business.tenant_id) == []


def test_a_poison_letter_does_not_hold_back_its_subject_for_long(business: Any, node: Receiver) -> None:
    node.broken = {"R1"}
    wait_for_node(business, cancel("R1"), Letter("node:BER", "R1", CancelRelease("R2", "BER", "buyer")))
    at = later(business, minutes=1)
    assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(2, delivered=1, put_back=1)
    assert noted(business.tenant_id) == ["R2"]


def test_a_letter_that_rests_after_failing_lets_later_ones_of_its_subject_pass(business: Any, node: Receiver) -> None:
    node.broken = {"R1"}
    wait_for_node(business, cancel("R1"))
    at = later(business, minutes=1)
    for _ in range(9):  # from now on it rests for longer than half an hour
        deliver_waiting(tenant_id=business.tenant_id, at=at)
        at += timedelta(hours=7)
    assert deliver_waiting(tenant_id=business.tenant_id, at=at).put_back == 1
    wait_for_node(
        replace(business, by=replace(business.by, at=at)), Letter("node:BER", "R1", CancelRelease("R2", "BER", "buyer"))
    )
    assert deliver_waiting(tenant_id=business.tenant_id, at=at + timedelta(minutes=2)) == DeliveryReport(1, delivered=1)
    assert noted(business.tenant_id) == ["R2"]


def test_a_refusal_ends_a_waiting_letters_way(business: Any, node: Receiver) -> None:
    node.unwanted = {"R1"}
    wait_for_node(business, cancel("R1"))
    assert deliver_waiting(tenant_id=business.tenant_id, at=later(business, minutes=1)) == DeliveryReport(1, refused=1)
    assert outbox_rows(business.tenant_id) == [("R1", "delivered", "refused: Release R1 cannot be taken today.")]
    assert inbox_rows(business.tenant_id) == [("oms", "R1", "refused")]


def test_letters_wait_for_a_receiver_however_long_and_never_die_of_it(business: Any) -> None:
    wait_for_node(business, cancel("R1"))
    at = later(business, minutes=1)
    with registered("node:", None):
        for _ in range(3 * MOST_TRIES):
            assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(1, put_back=1)
            at += timedelta(minutes=1)
    with receiving("node:"):
        assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(1, delivered=1)


def test_a_road_that_is_down_puts_all_back_in_order_and_is_left_alone_for_a_while(business: Any) -> None:
    set_route(by=business.by, destination="node:*", url=NOWHERE)
    put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2"), cancel("R3", "HAM")])
    at = business.by.at
    assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(3, put_back=3)
    put(by=business.by, source="oms", letters=[cancel("R4")])
    assert deliver_waiting(tenant_id=business.tenant_id, at=at + timedelta(seconds=0.1)) == DeliveryReport()
    assert {row.attempts for row in claim(business.tenant_id, at=at + timedelta(seconds=1), limit=9)} == {1}
    assert "ConnectError" in backlog(business.tenant_id)[0].last_error


def test_a_claim_ends_with_its_lease(business: Any, node: Receiver) -> None:
    wait_for_node(business, cancel("R1"))
    at = later(business, minutes=1)
    (letter,) = claim(business.tenant_id, at=at, limit=9)  # by a worker that dies now
    assert deliver_waiting(tenant_id=business.tenant_id, at=at + LEASE / 2) == DeliveryReport()
    after = at + LEASE
    assert deliver_waiting(tenant_id=business.tenant_id, at=after) == DeliveryReport(1, delivered=1)
    # The first worker was only slow: what it says now changes nothing.
    settle(business.tenant_id, [Settled(letter.id, "dead", error="late")], at=after, lease=at + LEASE)
    assert outbox_rows(business.tenant_id) == [("R1", "delivered", "")]


def test_no_letter_overtakes_another_of_its_subject(business: Any) -> None:
    letters = [cancel("A"), cancel("B"), cancel("A"), cancel("A"), cancel("B")]
    a1, b1, a2, a3, b2 = wait_for_node(business, *letters)
    at = later(business, minutes=1)
    first = claim(business.tenant_id, at=at, limit=3)
    assert [letter.id for letter in first] == [a1, b1, a2]
    assert claim(business.tenant_id, at=at, limit=9) == []  # the rest stands behind what the first worker holds
    back = at + timedelta(minutes=5)
    first_lease = at + LEASE
    settle(
        business.tenant_id,
        [Settled(a1, "delivered"), Settled(a2, "waiting", back, "road"), Settled(b1, "delivered")],
        at=at,
        lease=first_lease,
    )
    assert [letter.id for letter in claim(business.tenant_id, at=at, limit=9)] == [b2]
    assert [letter.id for letter in claim(business.tenant_id, at=back, limit=9)] == [a2, a3, b2]


def test_workers_side_by_side_take_each_letter_once_and_in_order(business: Any) -> None:
    ids = wait_for_node(business, *[cancel(f"S{n % 7}") for n in range(300)])
    at = later(business, minutes=1)
    taken: list[list[outbox.Claimed]] = []
    start = threading.Barrier(4, timeout=20)

    def work() -> None:
        start.wait()
        try:
            while letters := claim(business.tenant_id, at=at, limit=20):
                taken.append(letters)
                settle(business.tenant_id, [Settled(one.id, "delivered") for one in letters], at=at, lease=at + LEASE)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    leftover = claim(business.tenant_id, at=at, limit=300)  # what a worker left because another held its subject
    order = [letter for letters in [*taken, leftover] for letter in letters]
    assert sorted(letter.id for letter in order) == ids
    for subject in {letter.subject for letter in order}:
        of_subject = [letter.id for letter in order if letter.subject == subject]
        assert of_subject == sorted(of_subject)


def test_a_partner_fetches_and_acknowledges_what_is_kept_for_it(business: Any) -> None:
    letters = [Letter("channel:WEB", f"O{n}", CancelRelease(f"O{n}", "BER", "x")) for n in range(3)]
    with registered("channel:", None):
        ids = put(by=business.by, source="oms", letters=letters)
    assert [one.id for one in published(business.tenant_id, "channel:WEB", limit=2)] == ids[:2]
    assert acknowledge(by=business.by, destination="channel:WEB", message_ids=ids[:2]) == 2
    assert [one.payload["release"] for one in published(business.tenant_id, "channel:WEB")] == ["O2"]
    assert published(business.tenant_id, "channel:OTHER") == []
    assert acknowledge(by=business.by, destination="channel:OTHER", message_ids=ids) == 0


def test_delays_grow_and_are_spread() -> None:
    assert all(outbox.delay(tries) <= timedelta(hours=6) for tries in range(1, 40))
    assert outbox.delay(1) <= timedelta(seconds=0.5)
    assert outbox.delay(8) > timedelta(minutes=9)
    assert len({outbox.delay(5) for _ in range(10)}) > 1
