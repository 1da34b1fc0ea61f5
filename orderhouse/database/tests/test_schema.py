"""The schema's own rules (ADR 0004), read from the catalog tables: no table can be forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

GLOBAL = {
    "django_migrations": "Django's own record of migrations",
    "django_content_type": "Django's own registry of models",
    "django_session": "unused: sessions are signed cookies",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
    "auth_permission": "Django's own, unused",
    "people_address": "where failed sign-ins came from; whose business it was is not known then",
    "people_recovery_code": "a person's, as their password is",
    "people_user": "a person is known across tenants; what they may do is a membership, which is protected",
}


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


TABLES = """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1"""


def test_every_table_is_under_forced_row_level_security() -> None:
    naked = [name for name, enabled, forced in rows(TABLES) if name not in GLOBAL and not (enabled and forced)]
    assert naked == ["people_tenant"]  # enabled, not forced: the owner's function lists names across tenants
    assert [(name, enabled) for name, enabled, _ in rows(TABLES) if name == "people_tenant"] == [("people_tenant", True)]


def test_tenant_id_comes_first_in_every_key() -> None:
    keys = rows("""SELECT t.relname, i.relname, a.attname FROM pg_index x
      JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] WHERE n.nspname = 'public'""")
    wrong = [(t, i) for t, i, first in keys if t not in GLOBAL and first != "tenant_id" and i != "people_tenant_code_key"]
    assert wrong == []
    assert len(keys) > 100


def test_every_foreign_key_between_tenant_tables_carries_the_tenant() -> None:
    keys = rows("""SELECT k.conrelid::regclass::text, k.conname, k.confrelid::regclass::text,
        (SELECT array_agg(a.attname::text) FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey))
      FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace""")
    wrong = [k for t, k, target, columns in keys if t not in GLOBAL and target not in GLOBAL and "tenant_id" not in columns]
    assert wrong == []
    assert len(keys) > 60


def test_the_app_role_owns_nothing_and_bypasses_nothing() -> None:
    ((current, login, superuser, bypass, create_role, create_db),) = (
        rows("""SELECT current_user, rolcanlogin, rolsuper, rolbypassrls,
      rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user""")
    )
    assert current == "orderhouse_app"
    assert not any((login, superuser, bypass, create_role, create_db))
    owned = rows("SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'orderhouse_app'")
    assert owned == []


def test_movements_events_and_scans_cannot_be_changed_and_only_scans_be_forgotten() -> None:
    for table in ("ledger_movement", "contract_event", "wms_scan", "oms_sourcing_decision"):
        for statement in (f"UPDATE {table} SET tenant_id = 1", f"DELETE FROM {table}"):
            if statement != "DELETE FROM wms_scan":
                with pytest.raises(Exception, match="permission denied"):
                    rows(statement)


def test_nothing_relies_on_triggers_or_serial_columns() -> None:
    triggers = rows("""SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT tgisinternal AND n.nspname = 'public'""")
    assert triggers == []
    serial = rows("""SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
      AND (column_default LIKE 'nextval%' OR is_identity = 'YES')""")
    assert [t for t, _ in serial if t not in GLOBAL] == []
