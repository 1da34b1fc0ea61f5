"""What PostgreSQL itself enforces, read from its catalog and tried on every table that holds rows."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from orderhouse.database.tests.test_schema import GLOBAL
from tests.security.houses import Neighbors
from tests.security.marks import as_owner

APPEND_ONLY = ("ledger_movement", "contract_event", "wms_scan", "oms_sourcing_decision", "people_change")
FORGOTTEN = {"wms_scan": {"DELETE"}}
"""Never changed, but forgotten with its session when it is old."""
UNFORCED = "people_tenant"
"""Enabled, not forced: two functions of its owner answer who works where before a tenant is known."""

TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relowner = 'orderhouse_app'::regrole,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped),
       (SELECT coalesce(array_agg(pg_get_expr(p.polqual, p.polrelid) || ' / ' || pg_get_expr(p.polwithcheck, p.polrelid)
                                  || ' / ' || p.polcmd::text || ' / ' || p.polpermissive::text), '{}') FROM pg_policy p WHERE p.polrelid = c.oid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1"""


def ask(statement: Any, *params: Any) -> list[tuple[Any, ...]]:
    """As the role the house works in."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


@pytest.fixture(scope="module")
def tables() -> list[tuple[Any, ...]]:
    return ask(TABLES)


def test_every_table_of_a_tenant_has_one_policy_for_reading_and_for_writing(tables: list[tuple[Any, ...]]) -> None:
    of_tenants = [row for row in tables if row[4]]
    assert len(of_tenants) > 60
    for name, enabled, forced, owned, _, policies in of_tenants:
        assert enabled, name
        assert forced or name == UNFORCED, name
        assert not owned, name
        assert policies == ["(tenant_id = app_tenant()) / (tenant_id = app_tenant()) / * / true"], name
    assert {row[0] for row in tables if not row[4]} <= GLOBAL.keys()


def test_the_role_of_the_house_can_become_nobody_else() -> None:
    ((name, *powers),) = ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin FROM pg_roles WHERE rolname = current_user"
    )
    assert name == "orderhouse_app"
    assert not any(powers)
    assert ask("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'orderhouse_app'::regrole") == []
    assert not ask("SELECT has_schema_privilege('orderhouse_app', 'public', 'CREATE')")[0][0]
    writable = ask(
        "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
    )
    assert writable == []


def test_what_is_append_only_may_be_neither_changed_nor_deleted_nor_emptied() -> None:
    for table in APPEND_ONLY:
        rights = {
            right
            for (right,) in ask(
                "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = 'orderhouse_app' AND table_name = %s",
                table,
            )
        }
        assert rights - FORGOTTEN.get(table, set()) == {"SELECT", "INSERT"}, table
    emptied = ask(
        "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'orderhouse_app' AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')"
    )
    assert emptied == []


def test_functions_that_see_more_than_a_tenant_are_few_and_cannot_be_led_astray() -> None:
    powerful = ask("SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1")
    assert [name for name, _ in powerful] == ["people_memberships", "people_tenants"]
    assert all(config and config[0].startswith("search_path=pg_catalog") for _, config in powerful)


def test_without_a_tenant_no_row_of_any_table_is_seen(neighbors: Neighbors, tables: list[tuple[Any, ...]]) -> None:
    full = 0
    for name, *_, of_tenants, _policies in tables:
        if not of_tenants:
            continue
        with as_owner(neighbors.theirs.tenant_id) as owner:
            held = owner.execute(
                sql.SQL("SELECT count(*) FROM {} WHERE tenant_id = %s").format(sql.Identifier(name)),
                (neighbors.theirs.tenant_id,),
            ).fetchone()
        assert held
        full += held[0] > 0
        assert ask(f'SELECT count(*) FROM "{name}"') == [(0,)], name
    assert full > 55, "the neighbor's house is not full enough to prove much"


def _execute(cursor: Any, statement: str) -> None:
    try:
        cursor.execute(statement)
    except ProgrammingError as wrapped:  # Django's own name for what PostgreSQL said
        raise wrapped.__cause__ or wrapped from None


def test_in_one_tenant_no_row_of_another_is_seen_written_or_moved(neighbors: Neighbors, tables: list[tuple[Any, ...]]) -> None:
    ours, theirs = neighbors.ours.known.tenant_id, neighbors.theirs.tenant_id
    names = [row[0] for row in tables if row[4]]
    before = neighbors.marked.state()
    for name in names:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                cursor.execute(f"SET LOCAL app.tenant = '{ours}'")
                cursor.execute(f'SELECT count(*) FROM "{name}" WHERE tenant_id <> %s', (ours,))
                assert cursor.fetchone() == (0,), name
                for statement in (
                    f'UPDATE "{name}" SET tenant_id = {ours} WHERE tenant_id = {theirs}',
                    f'DELETE FROM "{name}" WHERE tenant_id = {theirs}',
                ):
                    cursor.execute("SAVEPOINT try")
                    with suppress(InsufficientPrivilege):
                        _execute(cursor, statement)
                        assert cursor.rowcount == 0, statement
                    cursor.execute("ROLLBACK TO try")
            finally:
                cursor.execute("ROLLBACK")
    assert neighbors.marked.state() == before


def test_a_reference_across_tenants_cannot_be_written(neighbors: Neighbors) -> None:
    """Every foreign key between tables of tenants joins tenant_id to tenant_id, so not even the owner can point next door."""
    keys = ask(
        """SELECT k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text,
             (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY c (n, o) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n),
             (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY c (n, o) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n)
           FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace"""
    )
    crossing = [
        name for name, table, target, here, there in keys
        if table not in GLOBAL and target not in GLOBAL and not any(a == b == "tenant_id" for a, b in zip(here, there, strict=True))
    ]  # fmt: skip
    assert crossing == []
    assert len(keys) > 60
    with as_owner(neighbors.ours.known.tenant_id) as owner, pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(
            "UPDATE oms_order_line SET item_id = %s WHERE tenant_id = %s",
            (neighbors.theirs["item_id"], neighbors.ours.known.tenant_id),
        )
