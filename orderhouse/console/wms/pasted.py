"""Lines of a receipt as somebody pastes or types them: a SKU and a quantity a row. Pure."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import sku as checked_sku

MOST_ROWS = 2_000
MOST_UNITS = 1_000_000
HEADS = frozenset({"sku", "item", "code"})


class Pasted(NamedTuple):
    """A row that can be read; ``row`` counts from 1 as the person sees it."""

    row: int
    sku: str
    quantity: int


class Fault(NamedTuple):
    """What is wrong at a row and column, and how to mend it."""

    row: int
    column: str
    reason: str


def read_lines(text: str) -> tuple[list[Pasted], list[Fault]]:
    """The rows and every fault. Columns are parted by a tab, a semicolon or a comma, as spreadsheets and people do; a head row
    that says SKU is skipped, and so are empty rows."""
    found: list[Pasted] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.replace("\x00", "").splitlines(), 1):
        if not line.strip():
            continue
        if len(found) >= MOST_ROWS:
            faults.append(Fault(number, "SKU", f"a receipt takes at most {MOST_ROWS} rows"))
            break
        delimiter = next((mark for mark in "\t;," if mark in line), ",")
        try:
            fields = [field.strip() for field in next(csv.reader(io.StringIO(line), delimiter=delimiter))]
        except csv.Error:  # one field longer than any row
            faults.append(Fault(number, "SKU", "this is no row of a SKU and a quantity"))
            continue
        if fields[0].casefold() in HEADS and not found and not faults:
            continue
        _read(number, fields, found, faults)
    return found, faults


def _read(number: int, fields: list[str], found: list[Pasted], faults: list[Fault]) -> None:
    before = len(faults)
    try:
        code = str(checked_sku(fields[0]))
    except InvalidInput as fault:
        code = ""
        faults.append(Fault(number, "SKU", str(fault)))
    count = fields[1] if len(fields) > 1 else ""
    if not count:
        faults.append(Fault(number, "quantity", "the quantity is missing"))
    elif not (count.isascii() and count.isdigit()) or not 1 <= int(count[:12]) <= MOST_UNITS:
        faults.append(Fault(number, "quantity", f"{count[:20]!r} is no whole number from 1 to {MOST_UNITS:,}"))
    if len(faults) == before:
        found.append(Pasted(number, code, int(count)))
