"""Unmistakable marks in everything one business holds, and whether any of them shows up where it must not.

A mark is made from the text it is added to, so that equal texts stay equal and different ones different. An answer may repeat the marks its request carried: who asks for
``MAINzqx0f..`` may be told that there is no ``MAINzqx0f..``. Row ids are marks by themselves: no two businesses share one.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import psycopg
from psycopg import sql

MARK = re.compile(r"zqx[0-9a-f]{10}", re.IGNORECASE)
LONG_NUMBER = re.compile(r"(?<![0-9.])[0-9]{15,19}(?![0-9])")
GLOBAL_OF_PEOPLE = ("people_user", "people_recovery_code")

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id') ORDER BY 1, 2"""


@contextmanager
def as_owner(tenant_id: int | None = None) -> Iterator[psycopg.Connection[Any]]:
    """The database as who owns its tables, who may change what the house may only add to."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, false)", (str(tenant_id or ""),))
        yield connection


@dataclass
class Marked:
    """A business full of marks."""

    tenant_id: int
    columns: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    ids: frozenset[str] = frozenset()

    def shown(self, answer: Any, asked: str) -> set[str]:
        """What an answer tells of this business beyond what its request said itself: marks and row ids."""
        text = body_of(answer) + " ".join(f"{name}: {value}" for name, value in answer.headers.items())
        said = unquote(asked)
        marks = {mark.lower() for mark in MARK.findall(text)} - {mark.lower() for mark in MARK.findall(said)}
        return marks | (self.ids.intersection(LONG_NUMBER.findall(text)) - set(LONG_NUMBER.findall(said)))

    def state(self) -> dict[str, str]:
        """A fingerprint of each of its tables, and of its people."""
        with as_owner(self.tenant_id) as connection:
            tables = sorted({table for table, _, _ in connection.execute(COLUMNS).fetchall()})
            found = {
                table: connection.execute(
                    sql.SQL(
                        "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t WHERE tenant_id = %s"
                    ).format(sql.Identifier(table)),
                    (self.tenant_id,),
                ).fetchone()[0]  # type: ignore[index]
                for table in tables
            }
            for table, key in zip(GLOBAL_OF_PEOPLE, ("id", "user_id"), strict=True):
                row = connection.execute(
                    sql.SQL(
                        "SELECT md5(coalesce(string_agg(r, '|' ORDER BY r), '')) FROM (SELECT (to_jsonb(t) - 'failed_attempts' - 'blocked_until')::text AS r"
                        " FROM {} t WHERE {} IN (SELECT user_id FROM people_membership WHERE tenant_id = %s)) AS mine"
                    ).format(sql.Identifier(table), sql.Identifier(key)),
                    (self.tenant_id,),
                ).fetchone()
                assert row
                found[table] = row[0]  # whoever fails to sign in under their email is counted there, as it must be
        return found


def body_of(answer: Any) -> str:
    """The text of an answer of Django's, unpacked."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace")


def mark_everything(tenant_id: int) -> Marked:
    """Mark every text of the business. Columns whose checks allow no free text, or that hold none yet, are told in ``left``."""
    marked = Marked(tenant_id)
    with as_owner(tenant_id) as connection:
        columns = connection.execute(COLUMNS).fetchall()
        for table, column, kind in columns:
            touched = False
            for how in _markings(column, kind):
                statement = sql.SQL("UPDATE {} SET {} = {} WHERE tenant_id = %s AND {} IS NOT NULL").format(
                    sql.Identifier(table), sql.Identifier(column), how, sql.Identifier(column)
                )
                with suppress(psycopg.errors.CheckViolation), connection.transaction():
                    touched = connection.execute(statement, (tenant_id,)).rowcount > 0
                    break
            if kind in MARKABLE:
                (marked.columns if touched else marked.left).append(f"{table}.{column}")
        people = "id IN (SELECT user_id FROM people_membership WHERE tenant_id = %s)"
        connection.execute(
            f"""UPDATE people_user SET name = name || 'zqx' || left(md5(name), 10),
                email = replace(email, '@', 'zqx' || left(md5(email), 10) || '@') WHERE {people}""".encode(),
            (tenant_id,),
        )
        ids: set[str] = {str(tenant_id)}
        for table, column, kind in columns:
            if kind == "bigint" and column.endswith("id") and column != "user_id":
                rows = connection.execute(
                    sql.SQL("SELECT DISTINCT {c}::text FROM {t} WHERE tenant_id = %s AND {c} > 1e15").format(
                        c=sql.Identifier(column), t=sql.Identifier(table)
                    ),
                    (tenant_id,),
                )
                ids |= {value for (value,) in rows}
        marked.ids = frozenset(ids)
    return marked


MARKABLE = ("text", "character varying", "jsonb")


def _markings(column: str, kind: str) -> Iterator[sql.Composable]:
    """Ways to mark a column; some checks want capitals."""
    name = sql.Identifier(column)
    if kind in ("text", "character varying"):
        yield sql.SQL("{c} || 'zqx' || left(md5({c}), 10)").format(c=name)
        yield sql.SQL("{c} || upper('zqx' || left(md5({c}), 10))").format(c=name)
    elif kind == "jsonb":
        yield sql.SQL(
            "CASE jsonb_typeof({c}) WHEN 'object' THEN {c} || jsonb_build_object('zqx', 'zqx' || left(md5({c}::text), 10)) ELSE {c} END"
        ).format(c=name)
