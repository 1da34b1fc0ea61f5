"""An invalid submission as a form: each reason at its field, and the submission again from what was typed. Pure.

Input names are the JSON paths that ``parse_order`` names in its reasons. What the form does not know is kept untouched.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

HEAD = ("channel", "channel_order_id", "placed_at", "currency", "service", "priority")
ADDRESS = ("name", "company", "lines", "postal_code", "city", "region", "country", "phone", "email", "latitude", "longitude")
CUSTOMER = ("reference", "name", "email", "phone")
LINE = ("line_number", "sku", "quantity", "unit_price", "description")
ALSO_KNOWN = ("ship_to", "lines", "customer", "version", "type")
MOST_LINES = 100
"""Lines shown; those with a fault come first, the rest is kept as it came."""
_NUMBER = {"quantity", "line_number", "priority"}
_DEGREES = {"latitude", "longitude"}
_INDEX = re.compile(r"lines\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Field:
    """One input: its JSON path, the text it shows and what is wrong with it."""

    path: str
    name: str
    text: str
    faults: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class LineFields:
    """A line's inputs by name; ``index`` is its place in the submission, ``unknown`` its other fields as JSON text."""

    index: int
    fields: Mapping[str, Field]
    faults: tuple[Mapping[str, str], ...]
    unknown: tuple[Field, ...]

    @property
    def cells(self) -> list[tuple[str, Field]]:
        """The inputs a row shows."""
        return [(name, self.fields[name]) for name in LINE[1:]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form. ``general`` are reasons that stand at no field shown; ``kept`` other parts, as JSON text."""

    head: Mapping[str, Field]
    ship_to: Mapping[str, Field]
    customer: Mapping[str, Field]
    lines: tuple[LineFields, ...]
    more_lines: int
    kept: tuple[Field, ...]
    general: tuple[Mapping[str, str], ...]


def sheet(payload: Mapping[str, Any], reasons: Sequence[Mapping[str, str]]) -> Sheet:
    """The form of a submission with its reasons."""
    left = list(reasons)

    def take(path: str, *, under: bool = False) -> tuple[Mapping[str, str], ...]:
        mine = [r for r in left if r["field"] == path or (under and r["field"].startswith((path + "[", path + ".")))]
        left[:] = [r for r in left if r not in mine]
        return tuple(mine)

    def fields(values: Any, names: Iterable[str], prefix: str) -> dict[str, Field]:
        given = values if isinstance(values, Mapping) else {}
        return {
            n: Field(f"{prefix}{n}", n, shown(given.get(n), lines=n == "lines"), take(f"{prefix}{n}", under=n == "lines"))
            for n in names
        }

    def unknown(values: Any, known: Iterable[str], prefix: str) -> tuple[Field, ...]:
        given = values if isinstance(values, Mapping) else {}
        return tuple(
            Field(f"{prefix}{n}", n, as_json(v), take(f"{prefix}{n}", under=True)) for n, v in given.items() if n not in known
        )

    head = fields(payload, HEAD, "")
    ship_to = fields(payload.get("ship_to"), ADDRESS, "ship_to.")
    customer = fields(payload.get("customer"), CUSTOMER, "customer.")
    rows = payload.get("lines")
    rows = rows if isinstance(rows, list) else []
    faulty = {int(m[1]) for r in left if (m := _INDEX.match(r["field"]))}
    order = sorted(range(len(rows)), key=lambda n: (n not in faulty, n))[:MOST_LINES]
    lines = tuple(
        LineFields(
            n,
            fields(rows[n], LINE, f"lines[{n}]."),
            take(f"lines[{n}]"),
            unknown(rows[n], LINE, f"lines[{n}].")
            if isinstance(rows[n], Mapping)
            else (Field(f"lines[{n}]", "", as_json(rows[n]), ()),),
        )
        for n in sorted(order)
    )
    kept = (
        *unknown(payload, (*HEAD, *ALSO_KNOWN), ""),
        *unknown(payload.get("ship_to"), ADDRESS, "ship_to."),
        *unknown(payload.get("customer"), CUSTOMER, "customer."),
    )
    return Sheet(head, ship_to, customer, lines, len(rows) - len(lines), kept, tuple(left))


def mend(payload: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The submission with what was typed: a field whose text is as it was shown stays as it came, unless its text reads as the
    number it should be; ``drop:PATH`` leaves a field or line out; ``new.sku`` and its fellows add a line."""
    mended: dict[str, Any] = copy.deepcopy(dict(payload))
    _write(mended, mended, HEAD, "", typed)
    for part, names in (("ship_to", ADDRESS), ("customer", CUSTOMER)):
        inner = mended.get(part)
        values = dict(inner) if isinstance(inner, Mapping) else {}
        _write(values, inner if isinstance(inner, Mapping) else {}, names, f"{part}.", typed)
        if values or isinstance(inner, Mapping):
            mended[part] = {n: v for n, v in values.items() if f"drop:{part}.{n}" not in typed}
    rows = mended.get("lines")
    rows = rows if isinstance(rows, list) else []
    lines: list[Any] = []
    for n, row in enumerate(rows):
        if f"drop:lines[{n}]" in typed:
            continue
        if f"lines[{n}].sku" in typed:
            values = dict(row) if isinstance(row, Mapping) else {}
            _write(values, row if isinstance(row, Mapping) else {}, LINE, f"lines[{n}].", typed)
            if values or isinstance(row, Mapping):
                row = {name: v for name, v in values.items() if f"drop:lines[{n}].{name}" not in typed}
        lines.append(row)
    if any(typed.get(f"new.{name}", "").strip() for name in ("sku", "quantity", "unit_price")):
        added: dict[str, Any] = {}
        _write(added, {}, LINE, "new.", typed)
        lines.append(added)
    if lines or isinstance(mended.get("lines"), list):
        mended["lines"] = lines
    return {name: value for name, value in mended.items() if f"drop:{name}" not in typed}


def _write(values: dict[str, Any], kept: Mapping[str, Any], names: Iterable[str], prefix: str, typed: Mapping[str, str]) -> None:
    for name in names:
        text = typed.get(f"{prefix}{name}")
        if text is None:
            continue
        text = text.replace("\r\n", "\n")
        before = kept.get(name)
        if text != shown(before, lines=name == "lines") or (isinstance(before, str) and name in _NUMBER | _DEGREES):
            value = read(name, text)
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value


def read(name: str, text: str) -> Any:
    """Typed text as the value its field wants, or the text itself where it is none; None for nothing."""
    text = text.strip()
    if not text:
        return None
    if name == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if name in _NUMBER and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if name in _DEGREES and re.fullmatch(r"-?\d{1,3}(\.\d{1,15})?", text):
        return float(text)
    return text


def shown(value: Any, *, lines: bool = False) -> str:
    """A value as an input shows it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if lines and isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    return as_json(value)


def as_json(value: Any) -> str:
    """A value as JSON text."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
