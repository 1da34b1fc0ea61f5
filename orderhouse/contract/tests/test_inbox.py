from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.db import connection

from orderhouse.contract import codec
from orderhouse.contract.inbox import NoReceiver, ReceiverFailed, refused
from orderhouse.contract.letters import Arrival, Receipt
from orderhouse.contract.mailbox import Letter, accept, put, replay_refused
from orderhouse.contract.messages import CancelRelease, ReleaseAccepted
from orderhouse.contract.receivers import registered
from orderhouse.contract.tests.receivers import Receiver, noted, receiving
from orderhouse.contract.tests.test_mailbox import inbox_rows, outbox_rows
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound


@pytest.fixture
def node() -> Iterator[Receiver]:
    with receiving("node:") as receiver:
        yield receiver


def arrival(business: Any, number: int, *, type: str = "CancelRelease", version: int = 1, **changed: Any) -> Arrival:
    payload = orjson.loads(codec.encode(CancelRelease(f"R{number}", "BER", "buyer"))) | changed
    return Arrival(number, type, version, f"R{number}", payload, "ada", business.by.at)


def take(business: Any, *arrivals: Arrival, source: str = "oms") -> list[Receipt]:
    return accept(by=business.by, source=source, destination="node:BER", arrivals=arrivals)


def test_an_id_takes_effect_once_however_often_it_comes(business: Any, node: Receiver) -> None:
    one, two = arrival(business, 1), arrival(business, 2)
    assert [receipt.state for receipt in take(business, one, two, one)] == ["done", "done", "repeated"]
    assert [receipt.state for receipt in take(business, two, one)] == ["repeated", "repeated"]
    assert noted(business.tenant_id) == ["R1", "R2"]


def test_the_same_id_of_another_source_is_another_letter(business: Any, node: Receiver) -> None:
    assert take(business, arrival(business, 1))[0].state == "done"
    assert take(business, arrival(business, 1), source="channel:WEB")[0].state == "done"
    assert len(noted(business.tenant_id)) == 2


def test_a_repeat_of_a_refused_letter_gets_the_same_refusal(business: Any, node: Receiver) -> None:
    node.unwanted = {"R2"}
    first = take(business, arrival(business, 1), arrival(business, 2), arrival(business, 3))
    assert [receipt.state for receipt in first] == ["done", "refused", "done"]
    node.unwanted = set()
    (again,) = take(business, arrival(business, 2))
    assert again.state == "repeated"
    assert again.refusal == first[1].refusal
    assert again.refusal is not None
    assert again.refusal["code"] == "not-today"
    assert noted(business.tenant_id) == ["R1", "R3"]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"type": "Nonsense"}, "unknown-message", None),
        ({"version": 7}, "unknown-message", None),
        ({"lines": [{"line_number": 1, "quantity": "two"}]}, "invalid-input", "lines[0].quantity"),
        ({"reason": "NUL \x00 inside"}, "invalid-input", "reason"),
        ({"type": "ShipmentAdvised"}, "invalid-input", "channel"),
        ({"type": "ReleaseRejected", "reason_code": "full"}, "unknown-message", None),
    ],
)
def test_what_cannot_be_read_is_refused_and_kept(
    business: Any, node: Receiver, changed: dict[str, Any], code: str, field: str | None
) -> None:
    receipts = take(business, arrival(business, 1), arrival(business, 2, **changed))
    assert [receipt.state for receipt in receipts] == ["done", "refused"]
    (kept,) = refused(business.tenant_id)
    assert (kept.refusal["code"], kept.refusal.get("field")) == (code, field)
    assert kept.payload["release"] == "R2"
    assert noted(business.tenant_id) == ["R1"]


def test_a_letter_whose_receiver_failed_leaves_no_trace_and_may_come_again(business: Any, node: Receiver) -> None:
    node.broken = {"R1"}
    assert [receipt.state for receipt in take(business, arrival(business, 1), arrival(business, 2))] == ["failed", "done"]
    node.broken = set()
    assert [receipt.state for receipt in take(business, arrival(business, 1), arrival(business, 2))] == ["done", "repeated"]
    assert noted(business.tenant_id) == ["R2", "R1"]


def test_a_partner_speaks_for_its_own_node_only(business: Any) -> None:
    letters = [
        Arrival(n, "ReleaseAccepted", 1, "R", {"release": f"R{n}", "node": node}, "ada", business.by.at)
        for n, node in ((1, "BER"), (2, "HAM"))
    ]
    with receiving("oms"):
        receipts = accept(by=business.by, source="node:BER", destination="oms", arrivals=letters)
        assert [receipt.state for receipt in receipts] == ["done", "refused"]
        assert receipts[1].refusal is not None
        assert receipts[1].refusal["detail"] == "node:BER cannot speak for node HAM."
        assert accept(by=business.by, source="node:*", destination="oms", arrivals=letters)[1].state == "done"


def test_letters_for_a_wing_that_is_not_here_are_refused_as_a_batch(business: Any) -> None:
    with registered("node:", None), pytest.raises(NoReceiver):
        take(business, arrival(business, 1))


def test_what_receivers_put_meanwhile_is_recorded_too(business: Any, node: Receiver) -> None:
    def answer(by: By, messages: list[Any]) -> None:
        put(by=by, source="wms", letters=[Letter("oms", m.release, ReleaseAccepted(m.release, m.node)) for m in messages])

    node.then = answer
    with receiving("oms") as oms:
        oms.broken = {"R2"}
        take(business, arrival(business, 1), arrival(business, 2))
    assert [(row[0], row[1]) for row in outbox_rows(business.tenant_id)] == [("R1", "delivered"), ("R2", "waiting")]
    assert sorted(inbox_rows(business.tenant_id)) == [("oms", "R1", "done"), ("oms", "R2", "done"), ("wms", "R1", "done")]


def test_the_actor_is_named_with_the_road_it_came_by(business: Any, node: Receiver) -> None:
    actors: list[str] = []
    node.then = lambda by, messages: actors.append(by.actor)
    take(business, arrival(business, 1))
    assert actors == ["ada@oms"]


def test_two_deliveries_of_one_letter_at_once_have_one_effect(business: Any, node: Receiver) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def linger(by: By, messages: list[Any]) -> None:
        inside.set()
        go_on.wait(10)

    node.then = linger
    receipts: list[Receipt] = []

    def work() -> None:
        receipts.extend(take(business, arrival(business, 1)))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    threads[0].start()
    inside.wait(10)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert sorted(receipt.state for receipt in receipts) == ["done", "repeated"]
    assert noted(business.tenant_id) == ["R1"]


def test_a_refused_letter_can_be_replayed_once_mended(business: Any, node: Receiver) -> None:
    node.unwanted = {"R1"}
    take(business, arrival(business, 1))
    assert replay_refused(by=business.by, source="oms", message_id=1).state == "refused"
    node.unwanted, node.broken = set(), {"R1"}
    with pytest.raises(ReceiverFailed):
        replay_refused(by=business.by, source="oms", message_id=1)
    assert len(refused(business.tenant_id)) == 1
    node.broken = set()
    assert replay_refused(by=business.by, source="oms", message_id=1).state == "done"
    with pytest.raises(NotFound):
        replay_refused(by=business.by, source="oms", message_id=1)
    assert take(business, arrival(business, 1))[0].state == "repeated"
    assert noted(business.tenant_id) == ["R1"]


def test_a_receiver_that_breaks_a_rule_of_the_database_harms_no_neighbor(business: Any) -> None:
    def break_a_check(*, by: By, messages: list[Any]) -> None:
        for message in messages:
            if message.release == "R2":
                execute("INSERT INTO contract_route (tenant_id, destination, url, secret) VALUES (1, 'x', 'x', 'x')")

    with registered("node:", {CancelRelease: break_a_check}):
        receipts = take(business, *[arrival(business, n) for n in (1, 2, 3)])
    assert [receipt.state for receipt in receipts] == ["done", "failed", "done"]
    with unit_of_work(business.tenant_id):
        assert len(inbox_rows(business.tenant_id)) == 2
