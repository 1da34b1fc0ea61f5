"""Commands act once: the same key answers the same, a changed request under it is refused; collisions are tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import errors

from tests.api.conftest import Partner, partner_of


def test_a_command_repeated_under_its_key_answers_the_same_and_acts_once(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 10)
    number = partner.post("/orders", partner.order(("A", 5))).body["number"]
    cut = {"reason": "fewer", "lines": [{"line_number": 1, "quantity": 2}]}
    first = partner.post(f"/orders/{number}/cancel", cut, Idempotency_Key="k1")
    again = partner.post(f"/orders/{number}/cancel", cut, Idempotency_Key="k1")
    assert (first.status, again.raw, again.status) == (200, first.raw, 200)
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert partner.get(f"/orders/{number}").body["lines"][0]["cancelled"] == 2


def test_a_refusal_is_kept_under_its_key_too(partner: Partner, shop: Any) -> None:
    number = partner.post("/orders", partner.order(("A", 1))).body["number"]
    cut = {"reason": "more than there is", "lines": [{"line_number": 1, "quantity": 9}]}
    first = partner.post(f"/orders/{number}/cancel", cut, Idempotency_Key="k2")
    again = partner.post(f"/orders/{number}/cancel", cut, Idempotency_Key="k2")
    assert (first.status, again.status, again.raw) == (422, 422, first.raw)
    assert again.headers["Content-Type"] == "application/problem+json"
    assert again.headers["Idempotency-Replayed"] == "true"


def test_another_request_under_an_old_key_is_refused(partner: Partner, shop: Any) -> None:
    partner.put("/owners", [{"code": "ONE", "name": "One"}])
    first = partner.post("/orders", partner.order(("A", 1), number="1"), Idempotency_Key="k3")
    other = partner.post("/orders", partner.order(("A", 1), number="2"), Idempotency_Key="k3")
    elsewhere = partner.post("/orders/release", {}, Idempotency_Key="k3")
    assert (first.status, other.status, other.body["code"], elsewhere.status) == (201, 422, "key-reused", 422)
    assert [order["number"] for order in partner.get("/orders").body["data"]] == ["WEB-1"]


def test_a_key_that_is_none_is_refused(partner: Partner, shop: Any) -> None:
    for key in ("", "x" * 256):
        assert partner.post("/orders/release", {}, Idempotency_Key=key).status == 422


def test_a_deadlock_is_tried_again_and_the_caller_never_knows(partner: Partner, shop: Any) -> None:
    with failing_once(errors.DeadlockDetected("deadlock detected")):
        answer = partner.post("/orders", [partner.order(("A", 1))])
    assert answer.status == 200
    assert len(partner.get("/orders").body["data"]) == 1


def test_a_collision_that_stays_is_503_with_retry_after(partner: Partner, shop: Any) -> None:
    with patch(
        "orderhouse.oms.api.orders.capture_together", side_effect=errors.SerializationFailure("could not serialize")
    ) as verb:
        answer = partner.post("/orders", partner.order(("A", 1)))
    assert (answer.status, answer.headers["Retry-After"], answer.body["code"]) == (503, "2", "not-now")
    assert verb.call_count == 3


def test_a_lost_database_is_503_and_the_next_request_works(partner: Partner, shop: Any) -> None:
    with patch(
        "orderhouse.oms.api.orders.capture_together", side_effect=psycopg.OperationalError("server closed the connection")
    ):
        answer = partner.post("/orders", partner.order(("A", 1)))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert partner.post("/orders", partner.order(("A", 1))).status == 201


def test_a_connection_the_server_cut_is_replaced_without_anyone_noticing(partner: Partner, shop: Any) -> None:
    assert partner.get("/orders").status == 200
    connection.connection.close()
    assert partner.get("/orders").status == 200


def test_a_commit_nobody_knows_the_outcome_of_is_told_as_such_and_repeated_safely_under_a_key(
    partner: Partner, shop: Any
) -> None:
    with losing_the_commit():
        answer = partner.post("/orders/release", {})
    assert (answer.status, answer.body["code"]) == (503, "outcome-unknown")
    with losing_the_commit():
        keyed = partner.post("/orders/release", {}, Idempotency_Key="k4")
    assert keyed.status == 200


def test_an_unforeseen_error_is_500_logged_and_tells_nothing(
    partner: Partner, shop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with patch("orderhouse.oms.api.orders.capture_together", side_effect=KeyError("secret_table")):
        answer = partner.post("/orders", partner.order(("A", 1)))
    assert (answer.status, answer.body["code"]) == (500, "unexpected-error")
    assert b"secret_table" not in answer.raw
    assert "secret_table" in caplog.text
    assert partner.get("/orders").body["data"] == []


def test_two_keys_do_not_share_their_command_keys(business: Any, shop: Any) -> None:
    from orderhouse.people.api_keys import issue_api_key

    one = partner_of(business)
    two = Partner(business, issue_api_key(by=business.by, name="another", scopes=["orders:write"]))
    assert one.post("/orders/release", {"limit": 1}, Idempotency_Key="same").status == 200
    assert two.post("/orders/release", {"limit": 2}, Idempotency_Key="same").status == 200


@contextmanager
def failing_once(error: Exception) -> Iterator[None]:
    """The verb works, but its first transaction is chosen as a deadlock's victim."""
    from orderhouse.oms.desk.capture_orders import capture_orders

    failures = [error]

    def verb(**given: Any) -> Any:
        answers = capture_orders(**given)
        if failures:
            raise failures.pop()
        return answers

    with patch("orderhouse.oms.api.orders.capture_orders", verb):
        yield


@contextmanager
def losing_the_commit() -> Iterator[None]:
    """The connection is lost at the first commit."""
    lost: list[bool] = []
    commit = DatabaseWrapper._commit  # type: ignore[attr-defined]

    def once(self: Any) -> Any:
        if not lost:
            lost.append(True)
            self.connection.close()
            raise psycopg.OperationalError("connection lost in commit")
        return commit(self)

    with patch.object(DatabaseWrapper, "_commit", once):
        yield
