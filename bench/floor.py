"""The floor: the same rows, written durably by bare SQL into the same tables of a second database of the same cluster.

**What it does.** It is handed the rows the product left behind (:mod:`bench.recording`), transaction by transaction, and writes them
as cheaply as we know: transactions of at least :data:`COPY_FROM` rows by one COPY a table and one UPDATE from arrays a table, in one
transaction; smaller ones (an order, a scan) as ONE statement over arrays, in one round trip. Counters of stock accounts are moved by
their difference under their CHECK, in the order of their keys, so that many clients meet on hot rows as they would in the product;
other columns get their last value, those alone that changed. Primary keys, unique and other indexes, foreign keys and CHECKs are those
of the product; every commit is flushed.

**What it leaves out.** All thinking: reading requests, validation, catalog, sourcing, duplicates, explanations; every read and lock but
those an UPDATE takes itself; row-level security (its role is past it); HTTP; and even the making of the statements, since their
parameters lie ready as text before the clock starts. No application can be this fast: the ratio says what share of the database's own
speed is left once there is a product around it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg

from bench.meter import shared_out
from bench.recording import UNCHANGED, Values, Written

COPY_FROM = 150
"""Rows of a transaction from which COPY beats arrays (measured: about five orders)."""
MOVED_BY_DIFFERENCE = {'"public"."ledger_account"': ("balance", "version")}
OPENED_AHEAD = '"public"."ledger_account"'
RETRIES = 50
_ONLY_READY = (b"SET plan_cache_mode = force_generic_plan", b"SET enable_hashjoin = off", b"SET enable_mergejoin = off")
"""Small statements are planned once, and reach rows by their keys in the order given: sorted, so that no two deadlock."""


@dataclass(frozen=True)
class Table:
    """A table as the floor's database has it."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    keys: tuple[int, ...]
    depth: int

    def key(self, row: Values) -> Values:
        return tuple(row[n] for n in self.keys)


@dataclass
class Ready:
    """A transaction made ready: COPY texts and statements with their parameters, nothing left to be made."""

    copies: list[tuple[bytes, bytes]]
    statements: list[tuple[bytes, list[str]]]


class Floor:
    """Writes recorded transactions again. ``connect`` connections are kept for as long as it lives."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.main = psycopg.connect(url, autocommit=True)
        self.main.execute("SET timezone = 'UTC'")
        self.tables = self._tables()
        self.clients: list[psycopg.Connection] = []

    def close(self) -> None:
        for each in [self.main, *self.clients]:
            each.close()

    def catch_up(self, written: Sequence[Written]) -> None:
        """Write what nobody measures, so that both databases go on alike."""
        for each in self.make_ready(written, copy_from=1):
            _play(self.main, each)

    def write(self, written: Sequence[Written], *, clients: int = 1) -> tuple[float, list[float]]:
        """Write the transactions, shared out among ``clients`` connections at once; seconds for all, and for each.

        Of several clients none waits for another's rows: accounts that a transaction opens are written ahead, outside the measure."""
        if clients > 1:
            opened = {key: row for each in written for key, row in each.new.pop(OPENED_AHEAD, {}).items()}
            self.catch_up([Written(new={OPENED_AHEAD: opened})] if opened else [])
        ready = self.make_ready(written)
        return self._race([partial(_play, ready=each) for each in ready], clients)

    def read(self, statement: bytes, params: Sequence[Any], *, clients: int, seconds: float) -> tuple[float, list[float]]:
        """Ask ``statement`` with each of ``params`` from ``clients`` connections, for at most ``seconds``."""
        calls = [partial(_ask, statement=statement, params=each) for each in params]
        return self._race(calls, clients, seconds)

    def _race(
        self, calls: Sequence[Callable[[psycopg.Connection], None]], clients: int, seconds: float = 1e9
    ) -> tuple[float, list[float]]:
        while len(self.clients) < clients:
            connection = psycopg.connect(self.url, autocommit=True)
            connection.prepare_threshold = 0
            for setting in _ONLY_READY:
                connection.execute(setting)
            self.clients.append(connection)
        seats = [partial(nullcontext, connection) for connection in self.clients[:clients]]
        spent, taken, _ = shared_out(calls, seats, seconds=seconds)
        return spent, taken

    def make_ready(self, written: Sequence[Written], *, copy_from: int = COPY_FROM) -> list[Ready]:
        """Compare with what stands, so that only what changes is written, and put everything into the driver's form."""
        standing = self._standing(written)
        columns = self._columns_changed(written, dict(standing))
        return [self._ready(each, standing, columns, copy_from) for each in written]

    def _columns_changed(self, written: Sequence[Written], standing: dict[tuple[str, Values], Values]) -> dict[str, list[int]]:
        """By table, the columns any update of these transactions changes: statements keep one form."""
        found: dict[str, set[int]] = {}
        for each in written:
            for name, rows in each.new.items():
                for key, row in rows.items():
                    standing[name, key] = row
            for name, rows in each.changed.items():
                for key, row in rows.items():
                    before = standing[name, key]
                    now = tuple(b if v is UNCHANGED else v for v, b in zip(row, before, strict=True))
                    found.setdefault(name, set()).update(n for n, (v, b) in enumerate(zip(now, before, strict=True)) if v != b)
                    standing[name, key] = now
        return {name: sorted(numbers) for name, numbers in found.items()}

    def _ready(
        self,
        written: Written,
        standing: dict[tuple[str, Values], Values],
        columns: dict[str, list[int]],
        copy_from: int,
    ) -> Ready:
        copies: list[tuple[bytes, bytes]] = []
        parts: list[tuple[str, list[str]]] = []
        bulk = written.rows >= copy_from
        for table in sorted((self.tables[name] for name in written.new if written.new[name]), key=lambda t: (t.depth, t.name)):
            rows = list(written.new[table.name].values())
            for key, row in written.new[table.name].items():
                standing[table.name, key] = row
            if bulk:
                copies.append((f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN".encode(), _copy_text(rows)))
            else:
                arrays = [_array([row[n] for row in rows]) for n in range(len(table.columns))]
                given = ", ".join(f"%s::{type_}[]" for type_ in table.types)
                parts.append((f"INSERT INTO {table.name} ({', '.join(table.columns)}) SELECT * FROM unnest({given})", arrays))
        for name in sorted(written.changed):
            if written.changed[name] and columns.get(name):
                parts.append(self._update(self.tables[name], written.changed[name], columns[name], standing))
        for name in sorted(written.gone):
            if written.gone[name]:
                parts.append(self._delete(self.tables[name], sorted(written.gone[name])))  # type: ignore[type-var]
        if bulk or len(parts) < 2:
            return Ready(copies, [(text.encode(), params) for text, params in parts])
        *first, last = parts
        text = "WITH " + ", ".join(f"w{n} AS ({part})" for n, (part, _) in enumerate(first)) + " " + last[0]
        return Ready([], [(text.encode(), [param for _, params in parts for param in params])])

    def _update(
        self, table: Table, rows: dict[Values, Values], columns: list[int], standing: dict[tuple[str, Values], Values]
    ) -> tuple[str, list[str]]:
        by_difference = {n for n in columns if table.columns[n] in MOVED_BY_DIFFERENCE.get(table.name, ())}
        arrays: list[list[bytes | None]] = [[] for _ in (*table.keys, *columns)]
        for key in sorted(rows, key=lambda key: [int(part) if (part or b"").isdigit() else part for part in key]):
            before = standing[table.name, key]
            row = tuple(b if v is UNCHANGED else v for v, b in zip(rows[key], before, strict=True))
            standing[table.name, key] = row
            values = list(key)
            for n in columns:
                values.append(b"%d" % (int(row[n] or 0) - int(before[n] or 0)) if n in by_difference else row[n])
            for array, value in zip(arrays, values, strict=True):
                array.append(value)
        numbers = (*table.keys, *columns)
        given = ", ".join(f"%s::{table.types[n]}[]" for n in numbers)
        names = ", ".join(f"v{n}" for n in numbers)
        sets = ", ".join(
            f"{table.columns[n]} = {f't.{table.columns[n]} + ' if n in by_difference else ''}v.v{n}" for n in columns
        )
        keys = " AND ".join(f"t.{table.columns[n]} = v.v{n}" for n in table.keys)
        return f"UPDATE {table.name} t SET {sets} FROM unnest({given}) v ({names}) WHERE {keys}", [_array(a) for a in arrays]

    def _delete(self, table: Table, keys: list[Values]) -> tuple[str, list[str]]:
        given = ", ".join(f"%s::{table.types[n]}[]" for n in table.keys)
        names = ", ".join(f"v{n}" for n in table.keys)
        match = " AND ".join(f"t.{table.columns[n]} = v.v{n}" for n in table.keys)
        arrays = [_array([key[at] for key in keys]) for at in range(len(table.keys))]
        return f"DELETE FROM {table.name} t USING unnest({given}) v ({names}) WHERE {match}", arrays

    def _standing(self, written: Sequence[Written]) -> dict[tuple[str, Values], Values]:
        """The rows these transactions change, as they stand in the floor's database."""
        wanted: dict[str, set[Values]] = {}
        for each in written:
            for name, rows in each.changed.items():
                wanted.setdefault(name, set()).update(rows)
        found: dict[tuple[str, Values], Values] = {}
        for name, keys in wanted.items():
            table, ordered = self.tables[name], list(keys)
            given = ", ".join(f"%s::{table.types[n]}[]" for n in table.keys)
            names = ", ".join(f"v{n}" for n in table.keys)
            match = " AND ".join(f"t.{table.columns[n]} = v.v{n}" for n in table.keys)
            chosen = ", ".join(f"t.{column}" for column in table.columns)
            statement = f"SELECT {chosen} FROM {name} t JOIN unnest({given}) v ({names}) ON {match}"
            arrays = [_array([key[at] for key in ordered]) for at in range(len(table.keys))]
            result = self.main.execute(statement.encode(), arrays).pgresult
            assert result
            for n in range(result.ntuples):
                row = tuple(result.get_value(n, column) for column in range(result.nfields))
                found[name, table.key(row)] = row
        return found

    def _tables(self) -> dict[str, Table]:
        rows = self.main.execute(
            """SELECT format('"%s"."%s"', n.nspname, c.relname), c.oid::bigint,
                 array_agg(format('"%s"', a.attname) ORDER BY a.attnum), array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum),
                 (SELECT array_agg(k - 1 ORDER BY k) FROM pg_index i, unnest(i.indkey::int[]) k WHERE i.indrelid = c.oid AND i.indisprimary)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' GROUP BY n.nspname, c.relname, c.oid"""
        ).fetchall()
        parents: dict[int, set[int]] = {}
        for child, parent in self.main.execute(
            "SELECT conrelid::bigint, confrelid::bigint FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid"
        ):
            parents.setdefault(child, set()).add(parent)

        def depth(oid: int, seen: frozenset[int] = frozenset()) -> int:
            return 0 if oid in seen else 1 + max((depth(parent, seen | {oid}) for parent in parents.get(oid, ())), default=0)

        return {
            name: Table(name, tuple(c.strip('"') for c in columns), tuple(types), tuple(keys or ()), depth(oid))
            for name, oid, columns, types, keys in rows
        }


def _ask(connection: psycopg.Connection, statement: bytes, params: Any) -> None:
    connection.execute(statement, params).fetchall()


def _play(connection: psycopg.Connection, ready: Ready) -> None:
    for again in range(RETRIES):
        try:
            if not ready.copies and len(ready.statements) == 1:
                connection.execute(*ready.statements[0])
                return
            with connection.transaction(), connection.cursor() as cursor:
                for statement, text in ready.copies:
                    with cursor.copy(statement) as copy:
                        copy.write(text)
                for statement, params in ready.statements:
                    cursor.execute(statement, params)
            return
        except (psycopg.errors.DeadlockDetected, psycopg.errors.ForeignKeyViolation):
            if again == RETRIES - 1:
                raise
            time.sleep(0.001)


def _copy_text(rows: Sequence[Values]) -> bytes:
    return b"".join(b"\t".join(b"\\N" if value is None else _escaped(value) for value in row) + b"\n" for row in rows)


def _escaped(value: bytes) -> bytes:
    if b"\\" in value:
        value = value.replace(b"\\", b"\\\\")
    return value.replace(b"\t", b"\\t").replace(b"\n", b"\\n").replace(b"\r", b"\\r")


def _array(values: Sequence[bytes | None]) -> str:
    """``{"a",NULL}``: an array as text."""
    return "{" + ",".join("NULL" if value is None else _quoted(value) for value in values) + "}"


def _quoted(value: bytes) -> str:
    return '"' + value.decode().replace("\\", "\\\\").replace('"', '\\"') + '"'
