"""Statements in one round trip are one transaction of one tenant, and leave nothing behind."""

from __future__ import annotations

import os
import socket
from typing import Any

import psycopg
import pytest
from django.db import connection

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.database.at_once import at_once, opening
from orderhouse.database.statements import Part

OWNERS = Part("SELECT code FROM catalog_owner WHERE tenant_id = %(tenant)s::bigint ORDER BY code", {"tenant": 0})
EVERYBODYS = Part("SELECT count(DISTINCT tenant_id), min(tenant_id) FROM catalog_owner", {})
RENAME = "UPDATE catalog_owner SET name = %(name)s::text WHERE tenant_id = %(tenant)s::bigint RETURNING name"


def owners(business: Any) -> Part:
    return OWNERS._replace(params={"tenant": business.tenant_id})


def name_of_owner(business: Any) -> Any:
    with unit_of_work(business.tenant_id):
        return fetch_value("SELECT name FROM catalog_owner WHERE tenant_id = %s", (business.tenant_id,))


def test_statements_answer_in_their_order_and_see_their_tenant_alone(business: Any) -> None:
    for _ in range(8):  # prepared, and planned for good
        assert at_once(business.tenant_id, [owners(business), EVERYBODYS]) == [[("OWN",)], [(1, business.tenant_id)]]
    assert at_once(business.tenant_id + 1, [owners(business), EVERYBODYS]) == [[], [(0, None)]]


def test_nobodys_tenant_stays_behind_on_the_connection(business: Any) -> None:
    at_once(business.tenant_id, [EVERYBODYS])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(current_setting('app.tenant', true)) FROM catalog_owner")
        assert cursor.fetchone() in ((0, ""), (0, None))


def test_a_statement_may_close_the_tenant_for_those_after_it(business: Any) -> None:
    closing = Part("SELECT set_config('app.tenant', '', true)", {})
    assert at_once(business.tenant_id, [EVERYBODYS, closing, EVERYBODYS]) == [[(1, business.tenant_id)], [("",)], [(0, None)]]


def test_where_one_fails_nothing_took_effect_and_the_next_are_answered(business: Any) -> None:
    before = name_of_owner(business)
    rename = Part(RENAME, {"tenant": business.tenant_id, "name": "Renamed"})
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            at_once(business.tenant_id, [rename, Part("SELECT 1 / %(zero)s::int", {"zero": 0}), owners(business)])
        assert name_of_owner(business) == before
        assert at_once(business.tenant_id, [owners(business)]) == [[("OWN",)]]
    assert at_once(business.tenant_id, [rename]) == [[("Renamed",)]]
    assert name_of_owner(business) == "Renamed"


def test_a_rollback_elsewhere_that_ends_every_prepared_statement_does_no_harm(business: Any) -> None:
    at_once(business.tenant_id, [owners(business)])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    seen = opening()
    assert at_once(business.tenant_id, [owners(business)]) == [[("OWN",)]]
    assert opening() == seen


def test_a_table_that_changes_in_between_does_no_harm(business: Any) -> None:
    every = Part("SELECT * FROM pg_temp.changing", {})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing (a int)")
        cursor.execute("INSERT INTO changing VALUES (1)")
        assert at_once(business.tenant_id, [every]) == [[(1,)]]
        cursor.execute("ALTER TABLE changing ADD b int DEFAULT 2")
    assert at_once(business.tenant_id, [every]) == [[(1, 2)]]
    connection.close()


def test_a_lost_connection_is_told_and_the_next_is_another_opening(business: Any) -> None:
    seen = opening()
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    with pytest.raises(psycopg.OperationalError):
        at_once(business.tenant_id, [owners(business)])
    assert at_once(business.tenant_id, [owners(business)]) == [[("OWN",)]]
    assert opening() != seen


def test_without_prepared_statements_as_behind_a_pooler(business: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    mine = Part("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %(like)s::text", {"like": "%pooler_test%"})
    for _ in range(3):
        marked = Part("SELECT /* pooler_test */ %(n)s::int", {"n": 5})
        assert at_once(business.tenant_id, [marked, mine]) == [[(5,)], [(0,)]]


def test_it_refuses_to_run_inside_a_unit_of_work(business: Any) -> None:
    with unit_of_work(business.tenant_id), pytest.raises(RuntimeError, match="of their own"):
        at_once(business.tenant_id, [EVERYBODYS])
