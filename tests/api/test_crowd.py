"""Many call at once: each gets its own answer, and none is held up or harmed by a neighbor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
from django.db import connection

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.clock import now
from orderhouse.people.api_keys import revoke_api_key
from tests.api.conftest import Answer, Partner


def at_once(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """The answers to calls that start together, each from a thread and a connection of its own."""
    together = Barrier(len(calls))

    def call(one: Callable[[], Answer]) -> Answer:
        try:
            together.wait(20)
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def elsewhere(deed: Callable[[], Any]) -> Any:
    """Done by somebody else, over a connection of their own."""

    def alone() -> Any:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result(20)


def test_of_a_crowd_each_order_gets_its_own_answer_and_a_bad_one_harms_no_neighbor(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 100)
    orders = [partner.order(("A", 1), number=f"N{n}") for n in range(6)]
    unknown, nonsense = partner.order(("NOBODY-HAS-IT", 1), number="BAD"), ["no", "order"]
    twin = orders[0] | {"lines": [{"sku": "A", "quantity": 7, "unit_price": "2.50"}]}
    asked = [*orders, unknown, twin, nonsense]
    callers = [Partner(partner.business, partner.key) for _ in asked]
    answers = at_once(
        [lambda caller=caller, body=body: caller.post("/orders", body) for caller, body in zip(callers, asked, strict=True)]  # type: ignore[misc]
    )

    assert [a.body["channel_order_id"] for a in answers[:6]] == [f"N{n}" for n in range(6)]
    assert [a.status for a in answers[1:6]] == [201] * 5
    assert {answers[0].status, answers[7].status} == {200, 201}, "of two under one id the first is placed, the other hears of it"
    assert answers[0].body["id"] == answers[7].body["id"]
    assert (answers[6].status, answers[6].body["code"]) == (422, "order-invalid")
    assert answers[8].status == 207
    listed = partner.get("/orders").body["data"]
    assert sorted(order["channel_order_id"] for order in listed) == [f"N{n}" for n in range(6)]
    assert {order["state"] for order in listed} == {"reserved"}
    assert shop.promised("A")["reserved"] == sum(order["units"] for order in listed)
    assert shop.violations() == {}


def test_one_command_key_in_many_hands_at_once_acts_once(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 100)
    order = partner.order(("A", 2), number="ONCE")
    callers = [Partner(partner.business, partner.key) for _ in range(5)]
    answers = at_once([lambda caller=caller: caller.post("/orders", order, Idempotency_Key="same") for caller in callers])  # type: ignore[misc]
    assert {(a.status, a.raw) for a in answers} == {(201, answers[0].raw)}, "the first answer, whoever asks"
    assert sum("Idempotency-Replayed" in a.headers for a in answers) == 4
    assert shop.promised("A")["reserved"] == 2


def test_a_key_revoked_elsewhere_is_refused_at_the_very_next_request(partner: Partner, shop: Any) -> None:
    assert partner.get("/availability", sku="A").status == 200
    by = partner.business.by
    with unit_of_work(by.tenant_id):
        key_id = fetch_value("SELECT id FROM people_api_key WHERE tenant_id = %s", (by.tenant_id,))
    elsewhere(lambda: revoke_api_key(by=by, key_id=key_id))
    for answer in (partner.get("/availability", sku="A"), partner.post("/orders", partner.order(("A", 1)))):
        assert (answer.status, answer.body["code"]) == (401, "key-refused")
    assert shop.promised("A") == {}


def test_nobody_waits_for_another_who_notes_the_use_of_their_key(partner: Partner, shop: Any) -> None:
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters) as other:
        other.execute(f"SET LOCAL app.tenant = '{partner.business.tenant_id}'")
        noted = other.execute("UPDATE people_api_key SET last_used_at = now() RETURNING id").fetchall()
        assert len(noted) == 1
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        try:
            assert partner.get("/availability", sku="A").status == 200
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
        other.rollback()
    assert partner.get("/availability", sku="A").status == 200
    with unit_of_work(partner.business.tenant_id):
        used = fetch_value("SELECT last_used_at FROM people_api_key WHERE tenant_id = %s", (partner.business.tenant_id,))
    assert used is not None
    assert abs((now() - used).total_seconds()) < 3600


def test_the_short_way_keeps_the_headers_and_checks_the_host(partner: Partner, shop: Any) -> None:
    answer = partner.get("/availability", sku="A")
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    assert {name: answer.headers[name] for name in wanted} == wanted
    assert answer.headers["Content-Length"] == str(len(answer.raw))
    assert "Set-Cookie" not in answer.headers
    stranger = partner.client.get("/api/v1/availability", {"sku": "A"}, headers={"host": "evil.example"})
    assert (stranger.status_code, stranger.headers["Content-Type"]) == (421, "application/problem+json")
    nowhere = partner.get("/nowhere")
    assert (nowhere.status, nowhere.body["code"]) == (404, "no-such-address")
