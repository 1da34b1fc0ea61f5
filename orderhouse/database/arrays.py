"""Lists of whole numbers on their way to PostgreSQL: batch verbs send them by the hundred thousand, so they go as one block.

psycopg looks at every element of a list in Python to find the array's type, and writes each by itself: a microsecond an
element. A list of plain ints needs neither; and since the array's type no longer follows the largest value in it, one
statement stays one prepared statement.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import psycopg
from psycopg import pq
from psycopg.abc import DumperKey
from psycopg.adapt import Dumper, PyFormat
from psycopg.types.array import ListDumper

_INT8, _INT8_ARRAY = 20, 1016
_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])


class IntsDumper(Dumper):
    """A flat, non-empty list of ints as ``int8[]`` in PostgreSQL's binary format (array_recv): dimensions, null flag, element
    type, size and lower bound of the one dimension, then each element led by its length."""

    format = pq.Format.BINARY
    oid = _INT8_ARRAY

    def dump(self, obj: list[int]) -> bytes:
        body = np.empty(len(obj), _ELEMENT)
        body["length"] = 8
        try:
            body["value"] = obj
        except OverflowError:
            raise psycopg.DataError("a whole number of the list does not fit in 64 bits")
        return struct.pack("!iiIii", 1, 0, _INT8, len(obj), 1) + body.tobytes()

    def quote(self, obj: list[int]) -> bytes:
        """As a literal, for cursors that put parameters into the text (Django's own)."""
        return b"'{" + ",".join(map(str, obj)).encode() + b"}'"


class PlainListDumper(ListDumper):
    """psycopg's own list dumper, but for lists of plain ints."""

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        return (list, IntsDumper) if _all_ints(obj) else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:
        return IntsDumper(list, self._tx) if _all_ints(obj) else super().upgrade(obj, format)


def _all_ints(values: list[Any]) -> bool:
    return bool(values) and set(map(type, values)) == {int}


psycopg.adapters.register_dumper(list, PlainListDumper)
