"""A layout file read and checked: pure."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.wms.routing.geometry import Geometry

COLUMNS = ("kind", "code", "zone", "aisle", "x", "y", "level", "pick_order", "capacity_units", "capacity_grams")
PLACES = ("bin", "dock", "staging", "pack_bench")
KINDS = (*PLACES, "cross_aisle", "depot")

MAX_CHARACTERS = 32 * 1024 * 1024
MAX_ROWS = 250_000
MAX_METERS = 10_000.0
SHOWN = 20
"""The most problems named in one refusal."""


class LayoutRefused(Refusal):
    """A layout file is taken whole or not at all; this names the first row and column at fault (and lists up to 20)."""

    sentence = "Row {row}, column {column}: {reason}."
    remedy = "{mend} Nothing was imported."
    status = 422


@dataclass(frozen=True, slots=True)
class Place:
    """One location as the file gives it; ``aisle`` is the index among the aisles by x, None off the pick path. Meters."""

    row: int
    kind: str
    code: str
    zone: str
    aisle: int | None
    x: float
    y: float
    level: int
    pick_order: int
    capacity_units: int | None
    capacity_grams: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole building: its walkable geometry and every location, by code."""

    geometry: Geometry
    places: Mapping[str, Place]


def travel(geometry: Geometry, place: Place) -> float:
    """How far a place is from the depot: meters walked along and across the aisles, a level counting as one more."""
    aisle, y = geometry.depot
    return abs(place.x - geometry.aisles[aisle]) + abs(place.y - y) + place.level


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    kind: str
    code: str
    zone: str
    aisle: int | None
    x: float
    y: float
    level: int
    pick_order: int | None
    capacity_units: int | None
    capacity_grams: int | None


def read_layout(text: str | bytes) -> Layout:
    """Read a layout file (CSV with a header row naming :data:`COLUMNS`; rows are numbered as a spreadsheet does).

    Bins give their aisle's number; an aisle runs along y at the middle of its bins' x. ``cross_aisle`` rows give y and
    ``depot`` (one) the x and y where tours start, taken to the nearest crossing. ``pick_order`` left empty becomes an
    S-shape through the aisles. Empty capacities mean no limit. Raises :class:`LayoutRefused`.
    """
    rows = _rows(_decoded(text))
    if not any(row.kind == "bin" for row in rows):
        raise _refused(1, "kind", "there is no bin in the file", "Give at least one row of kind bin.")
    return Layout(*_laid_out(rows))


def _decoded(text: str | bytes) -> str:
    if len(text) > MAX_CHARACTERS:
        raise _refused(1, "kind", f"the file is larger than {MAX_CHARACTERS // 2**20} MB", "Export the locations alone.")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = error.object.count(b"\n", 0, error.start) + 1
            raise _refused(row, "kind", "the file is not UTF-8 text", "Save it as CSV in UTF-8 and send it again.") from None
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        raise _refused(row, "kind", "the file holds binary data", "Save the sheet as CSV and send that.")
    if not text.strip():
        raise _refused(1, "kind", "the file is empty", f"Give a header row ({','.join(COLUMNS)}) and a row per location.")
    if not text.endswith(("\n", "\r")):
        row = text.count("\n") + 1
        raise _refused(row, "kind", "the last row does not end", "The file looks cut off: send it whole, ending in a line break.")
    return text


def _rows(text: str) -> list[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[LayoutRefused] = []
    rows: list[_Row] = []
    try:
        header = [name.strip().lower() for name in next(reader)]
        _check_header(header)
        seen: dict[str, int] = {}
        for fields in reader:
            number = reader.line_num
            if not any(field.strip() for field in fields):
                continue
            if len(rows) >= MAX_ROWS:
                raise _refused(number, "kind", f"there are more than {MAX_ROWS:,} rows", "Import one building at a time.")
            try:
                row = _row(number, header, fields)
                if row.code and row.kind in PLACES and seen.setdefault(row.code, number) != number:
                    raise _refused(
                        number, "code", f"{row.code} stands in row {seen[row.code]} already", "Give every location its own code."
                    )
                rows.append(row)
            except LayoutRefused as problem:
                problems.append(problem)
                if len(problems) == SHOWN:
                    break
    except csv.Error as error:
        raise _refused(reader.line_num, "kind", f"the row cannot be read ({error})", "Close every quote, or send the file whole.")
    if problems:
        first = problems[0].facts
        raise LayoutRefused(
            field=problems[0].field,
            row=first["row"],
            column=first["column"],
            reason=first["reason"],
            mend=first["mend"],
            problems=[str(problem) for problem in problems],
        )
    return rows


def _check_header(header: Sequence[str]) -> None:
    for name in header:
        if name not in COLUMNS:
            raise _refused(1, name[:32] or "(empty)", "there is no such column", f"Use {', '.join(COLUMNS)}.")
        if header.count(name) > 1:
            raise _refused(1, name, "the column stands twice", "Drop one of them.")
    for name in ("kind", "code", "aisle", "x", "y"):
        if name not in header:
            raise _refused(1, name, "the column is missing", f"Use {', '.join(COLUMNS)}.")


def _row(number: int, header: Sequence[str], fields: Sequence[str]) -> _Row:
    if len(fields) != len(header):
        column = header[len(fields)] if len(fields) < len(header) else header[-1]
        raise _refused(
            number, column, f"the row has {len(fields)} of {len(header)} fields", "Give every row a field for every column."
        )
    given = {name: field.strip() for name, field in zip(header, fields, strict=True)}

    def number_in(column: str, parse: Callable[[str], float], low: float, high: float) -> float | None:
        text = given.get(column, "")
        if not text:
            return None
        try:
            value = parse(text) if text.isascii() else math.nan
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            kind = "a whole number" if parse is int else "a number"
            raise _refused(number, column, f"{text[:32]!r} is not {kind} from {low:,g} to {high:,g}", "Correct the figure.")
        return value

    def whole(column: str, low: int, high: int) -> int | None:
        value = number_in(column, int, low, high)
        return None if value is None else int(value)

    def meters(column: str) -> float:
        value = number_in(column, float, -MAX_METERS, MAX_METERS)
        return math.nan if value is None else value

    def needed(column: str, wanted: bool) -> None:
        if wanted and not given.get(column):
            raise _refused(number, column, f"a {kind} needs its {column}", f"Fill in the {column}.")

    kind = given["kind"].lower()
    if kind not in KINDS:
        raise _refused(number, "kind", f"{given['kind'][:32]!r} is no kind of place", f"Use one of {', '.join(KINDS)}.")
    code, zone = given["code"], given.get("zone", "")
    needed("code", kind in PLACES)
    for column, value in (("code", code), ("zone", zone)):
        if len(value) > 32 or not value.isprintable():
            raise _refused(number, column, f"{value[:40]!r} is not 1 to 32 printable characters", "Shorten or retype it.")
    needed("aisle", kind == "bin")
    needed("x", kind in ("bin", "depot"))
    needed("y", kind in ("bin", "depot", "cross_aisle"))
    return _Row(
        row=number,
        kind=kind,
        code=code,
        zone=zone or "A",
        aisle=whole("aisle", 0, 100_000) if kind == "bin" else None,
        x=meters("x"),
        y=meters("y"),
        level=whole("level", -100, 1_000) or 0,
        pick_order=whole("pick_order", -(2**31), 2**31 - 1),
        capacity_units=whole("capacity_units", 1, 2**31 - 1),
        capacity_grams=whole("capacity_grams", 1, 2**53),
    )


def _laid_out(rows: Sequence[_Row]) -> tuple[Geometry, dict[str, Place]]:
    spans: dict[int, tuple[float, float]] = {}
    for row in rows:
        if row.aisle is not None:
            low, high = spans.get(row.aisle, (row.x, row.x))
            spans[row.aisle] = (min(low, row.x), max(high, row.x))
    middles = {aisle: (low + high) / 2 for aisle, (low, high) in spans.items()}
    by_x = sorted(middles, key=lambda aisle: (middles[aisle], aisle))
    index = {aisle: at for at, aisle in enumerate(by_x)}
    crossings = sorted({row.y for row in rows if row.kind == "cross_aisle"})
    depots = [row for row in rows if row.kind == "depot"]
    if len(crossings) < 2:
        raise _refused(1, "kind", "there are fewer than two cross aisles", "Give a cross_aisle row with its y for each end.")
    if len(depots) != 1:
        at = depots[1].row if depots else 1
        raise _refused(at, "kind", f"there are {len(depots)} depots", "Give one depot row: where tours start and end.")
    try:
        geometry = Geometry(
            aisles=tuple(middles[aisle] for aisle in by_x),
            cross_aisles=tuple(crossings),
            depot_aisle=min(range(len(by_x)), key=lambda at: abs(middles[by_x[at]] - depots[0].x)),
            depot_cross_aisle=min(range(len(crossings)), key=lambda at: abs(crossings[at] - depots[0].y)),
        )
    except InvalidInput as error:
        clash = next(row for row in rows if row.kind == "bin" and _shares_middle(row, middles))
        reason = f"aisle {clash.aisle} runs where another does"
        raise _refused(clash.row, "aisle", reason, "Give one aisle one number, and each aisle its own x.") from error
    places: dict[str, Place] = {}
    for row in rows:
        if row.kind not in PLACES:
            continue
        if row.kind == "bin" and not crossings[0] <= row.y <= crossings[-1]:
            reason = f"{row.y:g} m lies beyond the cross aisles at {crossings[0]:g} and {crossings[-1]:g} m"
            raise _refused(row.row, "y", reason, "Correct y, or add the cross aisle.")
        places[row.code] = Place(
            row=row.row,
            kind=row.kind,
            code=row.code,
            zone=row.zone,
            aisle=None if row.aisle is None else index[row.aisle],
            x=0.0 if math.isnan(row.x) else row.x,
            y=0.0 if math.isnan(row.y) else row.y,
            level=row.level,
            pick_order=row.pick_order or 0,
            capacity_units=row.capacity_units,
            capacity_grams=row.capacity_grams,
        )
    return geometry, _in_s_shape(places, {row.code for row in rows if row.pick_order is None})


def _shares_middle(row: _Row, middles: Mapping[int, float]) -> bool:
    return row.aisle is not None and sum(x == middles[row.aisle] for x in middles.values()) > 1


def _in_s_shape(places: dict[str, Place], unordered: set[str]) -> dict[str, Place]:
    """Number the bins without a pick order: aisle by aisle, up the even ones and down the odd."""
    if not unordered:
        return places

    def along(place: Place) -> tuple[bool, int, float, int, str]:
        aisle = place.aisle or 0
        return place.kind != "bin", aisle, -place.y if aisle % 2 else place.y, place.level, place.code

    order = {place.code: at for at, place in enumerate(sorted(places.values(), key=along), start=1)}
    return {
        code: Place(
            place.row,
            place.kind,
            code,
            place.zone,
            place.aisle,
            place.x,
            place.y,
            place.level,
            order[code] if code in unordered else place.pick_order,
            place.capacity_units,
            place.capacity_grams,
        )
        for code, place in places.items()
    }


def _refused(row: int, column: str, reason: str, mend: str) -> LayoutRefused:
    return LayoutRefused(field=f"row {row}, {column}", row=row, column=column, reason=reason, mend=mend)
