"""Messages to JSON and back: decimals as text, times as ISO 8601, tuples as arrays.

Encoding is orjson's own walk over dataclasses. Decoding runs a reader compiled once per type, which takes nothing on trust:
a wrong type, a missing field, a number or a text out of bounds is refused by the path of the field.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from orderhouse.contract.messages import CATALOG
from orderhouse.kernel.errors import InvalidInput, Refusal

M = TypeVar("M")
Reader = Callable[[Any], Any]

MAX_TEXT = 2_000
"""The most characters one text field may hold: what an index can still take."""
MAX_INTEGER = 2**63 - 1
DECIMAL = r"-?[0-9]{1,15}(\.[0-9]{1,6})?"
"""How a decimal is written: up to 15 digits, a point, up to 6 more."""


class UnknownMessage(Refusal):
    """A message of a type or version this side does not know."""

    sentence = "There is no message {type} version {version} here."
    remedy = "Send a version named in the schemas, or update this side first."
    status = 422


def encode(message: object) -> bytes:
    """``message`` as JSON."""
    return orjson.dumps(message, default=_text)


def decode(type_name: str, version: int, payload: object) -> Any:
    """The message that parsed JSON ``payload`` stands for.

    Raises :class:`UnknownMessage`, or ``InvalidInput`` whose ``field`` is a path such as ``lines[2].sku``. Fields it does
    not know are passed over: a newer sender may add some under the same version.
    """
    known = CATALOG.get(type_name)
    if known is None or known.version != version:  # type: ignore[attr-defined]
        raise UnknownMessage(type=type_name[:100], version=version)
    return read(known, payload)


def read(cls: type[M], payload: object) -> M:
    """A dataclass of plain fields from parsed JSON; raises ``InvalidInput`` naming the field's path."""
    try:
        message: M = _reader(cls)(payload)  # type: ignore[arg-type]
    except _Wrong as wrong:
        raise InvalidInput(field=wrong.path or "payload", reason=wrong.reason) from None
    return message


class _Wrong(Exception):
    """What is wrong, and where: each level on the way up puts its own step before the path."""

    def __init__(self, reason: str, path: str = "") -> None:
        self.reason, self.path = reason, path
        super().__init__(reason)

    def below(self, step: str) -> _Wrong:
        self.path = f"{step}.{self.path}" if self.path and not self.path.startswith("[") else step + self.path
        return self


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no place in a message")


@cache
def _reader(kind: Any) -> Reader:
    """The reader of one type annotation."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin, args = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if origin in (Union, types.UnionType) and len(args) == 2 and args[1] is type(None):
        inner = _reader(args[0])
        return lambda value: None if value is None else inner(value)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return _sequence_reader(_reader(args[0]))
    if origin is tuple:
        return _row_reader([_reader(arg) for arg in args])
    raise TypeError(f"a message cannot hold {kind}")


def _dataclass_reader(cls: Any) -> Reader:
    hints = get_type_hints(cls)
    members = [(field.name, _reader(hints[field.name]), field.default) for field in fields(cls)]
    missing = MISSING

    def read_dataclass(value: Any) -> Any:
        if type(value) is not dict:
            raise _Wrong(f"an object is due, not {_named(value)}")
        values = []
        get = value.get
        for name, reader, default in members:
            given = get(name, missing)
            if given is missing:
                if default is missing:
                    raise _Wrong("is missing", name)
                values.append(default)
                continue
            try:
                values.append(reader(given))
            except _Wrong as wrong:
                raise wrong.below(name) from None
        return cls(*values)

    return read_dataclass


def _sequence_reader(reader: Reader) -> Reader:
    def read_sequence(value: Any) -> Any:
        if type(value) is not list:
            raise _Wrong(f"an array is due, not {_named(value)}")
        read_so_far: list[Any] = []
        try:
            for element in value:
                read_so_far.append(reader(element))
        except _Wrong as wrong:
            raise wrong.below(f"[{len(read_so_far)}]") from None
        return tuple(read_so_far)

    return read_sequence


def _row_reader(readers: list[Reader]) -> Reader:
    sequence = len(readers)

    def read_row(value: Any) -> Any:
        if type(value) is not list or len(value) != sequence:
            raise _Wrong(f"an array of {sequence} is due, not {_named(value)}")
        row: list[Any] = []
        try:
            for reader, element in zip(readers, value, strict=True):
                row.append(reader(element))
        except _Wrong as wrong:
            raise wrong.below(f"[{len(row)}]") from None
        return tuple(row)

    return read_row


def _read_text(value: Any) -> str:
    if type(value) is not str:
        raise _Wrong(f"text is due, not {_named(value)}")
    if len(value) > MAX_TEXT:
        raise _Wrong(f"{len(value)} characters are more than {MAX_TEXT}")
    if "\x00" in value:
        raise _Wrong("text cannot hold the character U+0000")
    return value


def _read_integer(value: Any) -> int:
    if type(value) is not int:
        raise _Wrong(f"a whole number is due, not {_named(value)}")
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise _Wrong("the number is out of bounds")
    return value


def _read_boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _Wrong(f"true or false is due, not {_named(value)}")
    return value


def _read_float(value: Any) -> float:
    if type(value) not in (float, int) or not math.isfinite(value):
        raise _Wrong(f"a number is due, not {_named(value)}")
    return float(value)


_decimal = re.compile(DECIMAL)


def _read_decimal(value: Any) -> Decimal:
    if type(value) is not str or not _decimal.fullmatch(value):
        raise _Wrong(f'a decimal written as text is due, such as "12.50", not {_named(value)}')
    return Decimal(value)


def _read_datetime(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if type(value) is str and 19 < len(value) < 40 else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _Wrong(f'a time with its zone is due, such as "2026-03-01T09:30:00Z", not {_named(value)}')


def _read_date(value: Any) -> date:
    try:
        if type(value) is str and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _Wrong(f'a date is due, such as "2026-03-01", not {_named(value)}')


_SCALARS: dict[Any, Reader] = {
    str: _read_text,
    int: _read_integer,
    bool: _read_boolean,
    float: _read_float,
    Decimal: _read_decimal,
    datetime: _read_datetime,
    date: _read_date,
}


def _named(value: Any) -> str:
    """How to name a wrong value: short ones as they stand."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, int) and not -MAX_INTEGER <= value <= MAX_INTEGER:
        return "a number out of bounds"
    shown = orjson.dumps(value).decode()
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
