from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import CancelRelease, ReleaseAccepted
from orderhouse.contract.receivers import Handlers, registered
from orderhouse.contract.routes import set_route
from orderhouse.contract.tests.receivers import NotToday, Receiver, noted, receiving
from orderhouse.database import execute, fetch_all, fetch_values, unit_of_work
from orderhouse.kernel.actors import By


def cancel(release: str, node: str = "BER") -> Letter:
    return Letter(f"node:{node}", release, CancelRelease(release, node, "buyer"))


@pytest.fixture
def node() -> Iterator[Receiver]:
    with receiving("node:") as receiver:
        yield receiver


def outbox_rows(tenant_id: int) -> list[tuple[Any, ...]]:
    with unit_of_work(tenant_id):
        return fetch_all("SELECT subject, state, error FROM contract_outbox WHERE tenant_id = %s ORDER BY id", (tenant_id,))


def inbox_rows(tenant_id: int) -> list[tuple[Any, ...]]:
    with unit_of_work(tenant_id):
        return fetch_all(
            "SELECT source, subject, state FROM contract_inbox WHERE tenant_id = %s ORDER BY message_id", (tenant_id,)
        )


def test_letters_are_delivered_before_put_returns_and_are_recorded_on_both_sides(business: Any, node: Receiver) -> None:
    ids = put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2", "HAM")])
    assert noted(business.tenant_id) == ["R1", "R2"]
    assert node.calls == [2]
    assert [(row[0], row[1]) for row in outbox_rows(business.tenant_id)] == [("R1", "delivered"), ("R2", "delivered")]
    assert inbox_rows(business.tenant_id) == [("oms", "R1", "done"), ("oms", "R2", "done")]
    assert ids == sorted(ids)


def test_a_sender_that_rolls_back_has_sent_nothing(business: Any, node: Receiver) -> None:
    def change_of_mind() -> None:
        with unit_of_work(business.tenant_id):
            put(by=business.by, source="oms", letters=[cancel("R1")])
            raise KeyError

    with pytest.raises(KeyError):
        change_of_mind()
    assert node.calls == [1]
    assert noted(business.tenant_id) == []
    assert outbox_rows(business.tenant_id) == []
    assert inbox_rows(business.tenant_id) == []


def test_a_refused_letter_is_kept_with_its_problem_and_spares_its_neighbors(business: Any, node: Receiver) -> None:
    node.unwanted = {"R2"}
    put(by=business.by, source="oms", letters=[cancel(f"R{n}") for n in range(1, 6)])
    assert noted(business.tenant_id) == ["R1", "R3", "R4", "R5"]
    with unit_of_work(business.tenant_id):
        refused = fetch_all(
            "SELECT subject, refusal->>'code', refusal->>'detail', payload->>'reason' FROM contract_inbox "
            "WHERE tenant_id = %s AND state = 'refused'",
            (business.tenant_id,),
        )
    assert refused == [("R2", "not-today", "Release R2 cannot be taken today.", "buyer")]
    assert {state for _, state, _ in outbox_rows(business.tenant_id)} == {"delivered"}


def test_a_letter_its_receiver_chokes_on_waits_and_spares_sender_and_neighbors(business: Any, node: Receiver) -> None:
    node.broken = {"R3"}
    with unit_of_work(business.tenant_id):
        put(by=business.by, source="oms", letters=[cancel(f"R{n}") for n in range(1, 9)])
    assert noted(business.tenant_id) == ["R1", "R2", "R4", "R5", "R6", "R7", "R8"]
    assert [row for row in outbox_rows(business.tenant_id) if row[1] != "delivered"] == [
        ("R3", "waiting", "ZeroDivisionError: cannot digest R3")
    ]
    assert "R3" not in [subject for _, subject, _ in inbox_rows(business.tenant_id)]


def test_one_poison_letter_among_many_costs_few_calls(business: Any, node: Receiver) -> None:
    node.broken = {"R300"}
    put(by=business.by, source="oms", letters=[cancel(f"R{n}") for n in range(1000)])
    assert len(noted(business.tenant_id)) == 500  # the feed's page
    assert len(node.calls) <= 21


def test_letters_put_by_receivers_wait_their_turn_and_keep_their_subjects_order(business: Any) -> None:
    with receiving("node:") as node, receiving("oms") as oms:
        node.then = lambda by, messages: put_answers(by, messages)

        def put_answers(by: By, messages: list[Any]) -> None:
            put(by=by, source="wms", letters=[Letter("oms", m.release, ReleaseAccepted(m.release, m.node)) for m in messages])
            assert oms.calls == [], "the answer overtook its question"

        put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2")])
        assert (node.calls, oms.calls) == ([2], [2])
    assert noted(business.tenant_id) == ["R1", "R2", "R1", "R2"]
    assert [row[0] for row in inbox_rows(business.tenant_id)] == ["oms", "oms", "wms", "wms"]


def test_what_a_failing_receiver_put_goes_down_with_it(business: Any) -> None:
    with receiving("node:") as node, receiving("oms") as oms:

        def answer_then_choke(by: By, messages: list[Any]) -> None:
            put(by=by, source="wms", letters=[Letter("oms", m.release, ReleaseAccepted(m.release, m.node)) for m in messages])
            if any(m.release == "R1" for m in messages):
                raise NotToday(release="R1")

        node.then = answer_then_choke
        put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2")])
        assert oms.calls == [1]
    assert noted(business.tenant_id) == ["R2", "R2"]
    assert inbox_rows(business.tenant_id) == [("oms", "R1", "refused"), ("oms", "R2", "done"), ("wms", "R2", "done")]


def test_a_message_no_table_names_is_refused(business: Any) -> None:
    with registered("node:", {}):
        put(by=business.by, source="oms", letters=[cancel("R1")])
    assert inbox_rows(business.tenant_id) == [("oms", "R1", "refused")]


def test_channels_fetch_their_letters_and_unrouted_ones_wait_with_a_plain_reason(business: Any) -> None:
    with registered("node:", None), registered("channel:", None):
        put(by=business.by, source="oms", letters=[cancel("R1"), Letter("channel:WEB", "O1", ReleaseAccepted("O1", "BER"))])
    assert outbox_rows(business.tenant_id) == [
        ("R1", "waiting", "No one receives this here and no route leads there."),
        ("O1", "published", ""),
    ]


def test_a_route_takes_precedence_over_a_receiver_here(business: Any, node: Receiver) -> None:
    set_route(by=business.by, destination="node:HAM", url="http://127.0.0.1:1/contract/v1/inbox")
    put(by=business.by, source="oms", letters=[cancel("R1", "BER"), cancel("R2", "HAM")])
    assert noted(business.tenant_id) == ["R1"]
    set_route(by=business.by, destination="node:*", url="http://127.0.0.1:1/contract/v1/inbox")
    put(by=business.by, source="oms", letters=[cancel("R3", "BER")])
    assert [(row[0], row[1]) for row in outbox_rows(business.tenant_id)] == [
        ("R1", "delivered"),
        ("R2", "waiting"),
        ("R3", "waiting"),
    ]


def test_put_costs_two_statements_and_one_for_each_put_inside(business: Any) -> None:
    answers = [Letter("oms", f"R{n}", ReleaseAccepted(f"R{n}", "BER")) for n in range(50)]

    def answer(*, by: By, messages: list[Any]) -> None:
        put(by=by, source="wms", letters=answers)

    node: Handlers = {CancelRelease: answer}
    oms: Handlers = {ReleaseAccepted: lambda by, messages: None}
    with registered("node:", node), registered("oms", oms), unit_of_work(business.tenant_id), statements() as sent:
        put(by=business.by, source="oms", letters=[cancel(f"R{n}") for n in range(50)])
    calls = [word for word in sent if word in ("SAVEPOINT", "RELEASE")]
    assert len(calls) == 4
    assert len(sent) - len(calls) == 3


@contextmanager
def statements() -> Iterator[list[str]]:
    """The first word of every statement that goes to the database."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *more: Any, **options: Any) -> Any:
        lines = (query if isinstance(query, str) else query.decode()).splitlines()
        sent.append(next(line for line in lines if not line.startswith("--")).split()[0])
        return execute(cursor, query, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield sent


def test_a_deadlock_ends_the_senders_transaction_and_blames_no_letter(business: Any) -> None:
    """The receiver and another transaction lock two rows in opposite order; PostgreSQL ends one of them."""
    for name in ("channel:A", "channel:B"):
        set_route(by=business.by, destination=name, url="http://127.0.0.1:1/")
    lock = "SELECT destination FROM contract_route WHERE tenant_id = %s AND destination = %s FOR UPDATE"
    both_hold_one = threading.Barrier(2, timeout=20)
    ended: list[str] = []

    def other() -> None:
        try:
            with unit_of_work(business.tenant_id):
                execute(lock, (business.tenant_id, "channel:B"))
                both_hold_one.wait()
                execute(lock, (business.tenant_id, "channel:A"))
        except psycopg.errors.DeadlockDetected:
            ended.append("other")
        finally:
            connection.close()

    def handler(*, by: By, messages: list[Any]) -> None:
        execute(lock, (business.tenant_id, "channel:A"))
        both_hold_one.wait()
        execute(lock, (business.tenant_id, "channel:B"))

    thread = threading.Thread(target=other)
    with registered("node:", {CancelRelease: handler}):
        thread.start()
        try:
            put(by=business.by, source="oms", letters=[cancel("R1")])
        except psycopg.errors.DeadlockDetected:
            ended.append("sender")
    thread.join()
    assert len(ended) == 1
    expected = [] if ended == ["sender"] else ["delivered"]
    with unit_of_work(business.tenant_id):
        assert fetch_values("SELECT state FROM contract_outbox WHERE tenant_id = %s", (business.tenant_id,)) == expected
