"""Lists on their way to PostgreSQL: batch verbs send them by the hundred thousand, so each goes as one binary block.

psycopg looks at every element of a list in Python to find the array's type, and writes and quotes each by itself: microseconds
an element. A list of plain ints, texts, floats or moments needs neither; and since the array's type no longer follows the
largest value in it, one statement stays one prepared statement.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
from psycopg import pq
from psycopg.abc import DumperKey
from psycopg.adapt import Dumper, PyFormat
from psycopg.types.array import ListDumper

_FEW = 40
_LENGTH = struct.Struct("!i").pack
_head = struct.Struct("!iiIii").pack
_NULL, _EIGHT = _LENGTH(-1), _LENGTH(8)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NOTHING = type(None)


class _BlockDumper(Dumper):
    """A flat, non-empty list of one kind, None among them or not, in PostgreSQL's binary format (array_recv): dimensions, null
    flag, element type, size and lower bound of the one dimension, then each element led by its length."""

    format = pq.Format.BINARY
    element_oid: int
    element = np.dtype([("length", ">i4"), ("value", ">i8")])
    pack = struct.Struct("!q").pack

    def numbers(self, obj: list[Any]) -> list[Any]:
        """The elements as numbers of eight bytes, for kinds that are such."""
        return obj

    def dump(self, obj: list[Any]) -> bytes:
        nulls = None in obj
        head = _head(1, nulls, self.element_oid, len(obj), 1)
        try:
            if nulls:
                return head + b"".join([_NULL if v is None else _EIGHT + self.pack(*self.numbers([v])) for v in obj])
            numbers = self.numbers(obj)
            if len(numbers) <= _FEW:  # quicker than to make a block of them
                return head + b"".join([_EIGHT + self.pack(number) for number in numbers])
            body = np.empty(len(obj), self.element)
            body["length"] = 8
            body["value"] = numbers
        except (OverflowError, struct.error):
            raise psycopg.DataError("a whole number of the list does not fit in 64 bits")
        return head + body.tobytes()


class IntsDumper(_BlockDumper):
    """``int8[]``."""

    oid, element_oid = 1016, 20


class FloatsDumper(_BlockDumper):
    """``float8[]``."""

    oid, element_oid = 1022, 701
    element = np.dtype([("length", ">i4"), ("value", ">f8")])
    pack = struct.Struct("!d").pack


class MomentsDumper(_BlockDumper):
    """``timestamptz[]``: microseconds since the year 2000, UTC."""

    oid, element_oid = 1185, 1184

    def numbers(self, obj: list[datetime]) -> list[int]:
        known: dict[datetime, int] = {}
        for moment in obj:
            if moment not in known:
                since = moment - _EPOCH
                known[moment] = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        return [known[moment] for moment in obj]


class TextsDumper(_BlockDumper):
    """``text[]``, unquoted as the binary format is."""

    oid, element_oid = 1009, 25

    def dump(self, obj: list[str | None]) -> bytes:
        blocks = [_head(1, None in obj, self.element_oid, len(obj), 1)]
        for text in obj:
            if text is None:
                blocks.append(_NULL)
                continue
            encoded = text.encode()
            if b"\x00" in encoded:
                raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
            blocks.append(_LENGTH(len(encoded)))
            blocks.append(encoded)
        return b"".join(blocks)


class PlainListDumper(ListDumper):
    """psycopg's own list dumper, but for lists of one plain kind."""

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        kind = _block_dumper(obj, format)
        return (list, kind) if kind else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:
        kind = _block_dumper(obj, format)
        return kind(list, self._tx) if kind else super().upgrade(obj, format)


def _block_dumper(values: list[Any], format: PyFormat) -> type[_BlockDumper] | None:
    if format == PyFormat.TEXT:  # for cursors that put parameters into the text (Django's own)
        return None
    kinds = set(map(type, values))
    kinds.discard(_NOTHING)
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    if kind is datetime:
        return MomentsDumper if all(v is None or v.utcoffset() is not None for v in values) else None
    return _DUMPERS.get(kind)


_DUMPERS: dict[type, type[_BlockDumper]] = {int: IntsDumper, float: FloatsDumper, str: TextsDumper}

psycopg.adapters.register_dumper(list, PlainListDumper)
