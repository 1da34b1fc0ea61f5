"""What the product wrote, row by row and transaction by transaction, as PostgreSQL itself tells it from its write-ahead log.

A logical replication slot decodes the product's database between two moments (plugin pgoutput, protocol version 1 as in the manual's
"Logical Replication Message Formats"). Each transaction is reduced to what it leaves behind: a row written and then changed in one
transaction counts once, in its last form, and one written and deleted not at all. So whoever writes these rows again writes the
least that leaves the same behind.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

Values = tuple[bytes | None, ...]
"""A row as text, column by column; None where it is NULL."""

SLOT = PUBLICATION = "bench"
UNCHANGED = b"\x00unchanged"
"""Stands for a long value that an update left as it was: the log does not repeat it."""


@dataclass
class Written:
    """One transaction: rows new, changed (by key, the whole row as it became) and gone, by table."""

    new: dict[str, dict[Values, Values]] = field(default_factory=dict)
    changed: dict[str, dict[Values, Values]] = field(default_factory=dict)
    gone: dict[str, set[Values]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(len(of) for kind in (self.new, self.changed, self.gone) for of in kind.values())

    def __bool__(self) -> bool:
        return self.rows > 0


@dataclass(frozen=True)
class _Relation:
    name: str
    keys: tuple[int, ...]

    def key(self, row: Values) -> Values:
        return tuple(row[n] for n in self.keys)


class Recording:
    """Listens to a database from now on; :meth:`take` answers what was committed since the last time."""

    def __init__(self, admin_url: str) -> None:
        self.connection = psycopg.connect(admin_url, autocommit=True)
        for statement in (
            f"DROP PUBLICATION IF EXISTS {PUBLICATION}",
            f"CREATE PUBLICATION {PUBLICATION} FOR ALL TABLES",
            f"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '{SLOT}'",
            f"SELECT pg_create_logical_replication_slot('{SLOT}', 'pgoutput')",
        ):
            self.connection.execute(statement.encode())

    def take(self) -> list[Written]:
        statement = (
            f"SELECT data FROM pg_logical_slot_get_binary_changes('{SLOT}', NULL, NULL, 'proto_version', '1', "
            f"'publication_names', '{PUBLICATION}')"
        )
        cursor = self.connection.execute(statement.encode(), binary=True)
        return [written for written in _transactions(row[0] for row in cursor) if written]

    def skip(self) -> None:
        """Pass over all that was written so far."""
        self.connection.execute(
            f"SELECT pg_replication_slot_advance('{SLOT}', pg_current_wal_lsn()) FROM pg_replication_slots WHERE slot_name = '{SLOT}'"
        )

    def close(self) -> None:
        if self.connection.closed:
            return
        self.connection.execute(f"SELECT pg_drop_replication_slot('{SLOT}')".encode())
        self.connection.close()


def _transactions(messages: Iterator[bytes]) -> Iterator[Written]:
    relations: dict[int, _Relation] = {}
    written = Written()
    for message in messages:
        kind = message[:1]
        if kind == b"B":
            written = Written()
        elif kind == b"C":
            yield written
        elif kind == b"R":
            number, relation = _relation(message)
            relations[number] = relation
        elif kind in b"IUD":
            relation = relations[struct.unpack_from("!I", message, 1)[0]]
            if kind == b"I":
                row, _ = _row(message, 6)
                written.new.setdefault(relation.name, {})[relation.key(row)] = row
            elif kind == b"U":
                _changed(written, relation, message)
            else:
                row, _ = _row(message, 6)
                _gone(written, relation, relation.key(row))


def _gone(written: Written, relation: _Relation, key: Values) -> Values | None:
    """Note that a row is gone; the row as this transaction wrote it before, if it did."""
    new = written.new.get(relation.name, {}).pop(key, None)
    if new is not None:
        return new
    written.gone.setdefault(relation.name, set()).add(key)
    return written.changed.get(relation.name, {}).pop(key, None)


def _changed(written: Written, relation: _Relation, message: bytes) -> None:
    at, old = 5, None
    if message[5:6] in b"KO":
        old, at = _row(message, 6)
    row, _ = _row(message, at + 1)
    key = relation.key(row)
    if old is not None and relation.key(old) != key:  # one row goes, another comes
        moved = _filled(row, _gone(written, relation, relation.key(old)))
        if UNCHANGED in moved:
            raise ValueError(f"a row of {relation.name} changed its key, and the log does not repeat all of it")
        written.new.setdefault(relation.name, {})[key] = moved
        return
    new = written.new.get(relation.name, {})
    home = new if key in new else written.changed.setdefault(relation.name, {})
    home[key] = _filled(row, home.get(key))


def _filled(row: Values, before: Values | None) -> Values:
    if before is None or UNCHANGED not in row:
        return row
    return tuple(old if value is UNCHANGED else value for value, old in zip(row, before, strict=True))


def _relation(message: bytes) -> tuple[int, _Relation]:
    number = struct.unpack_from("!I", message, 1)[0]
    schema, at = _text(message, 5)
    name, at = _text(message, at)
    count = struct.unpack_from("!H", message, at + 1)[0]
    at += 3
    keys = []
    for n in range(count):
        if message[at] & 1:
            keys.append(n)
        _, at = _text(message, at + 1)
        at += 8
    return number, _Relation(f'"{schema}"."{name}"' if schema else f'"{name}"', tuple(keys))


def _text(message: bytes, at: int) -> tuple[str, int]:
    end = message.index(b"\0", at)
    return message[at:end].decode(), end + 1


def _row(message: bytes, at: int) -> tuple[Values, int]:
    (count,) = struct.unpack_from("!H", message, at)
    at += 2
    values: list[bytes | None] = []
    for _ in range(count):
        kind = message[at]
        at += 1
        if kind == 0x74:  # t: as text
            (length,) = struct.unpack_from("!I", message, at)
            at += 4
            values.append(message[at : at + length])
            at += length
        else:
            values.append(UNCHANGED if kind == 0x75 else None)
    return tuple(values), at
