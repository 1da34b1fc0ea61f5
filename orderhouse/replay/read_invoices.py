"""Read invoice lines as accounting systems export them: CSV in any of the usual shapes, plain or packed. Pure, streaming."""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import NamedTuple

from orderhouse.kernel.errors import Refusal

ALIASES = {
    "invoice": ("invoice", "invoiceno", "invoicenumber", "invoiceid"),
    "stock_code": ("stockcode", "sku", "itemcode", "productcode"),
    "description": ("description", "itemdescription", "productname"),
    "quantity": ("quantity", "qty"),
    "at": ("invoicedate", "invoicedatetime", "date", "datetime"),
    "price": ("price", "unitprice"),
    "customer": ("customerid", "customer", "customerno", "customernumber"),
    "country": ("country",),
}
"""Column names as they occur, lower case and without anything but letters and digits."""
NEEDED = ("invoice", "stock_code", "quantity", "at", "price")

MOST_FIELD = 131_072
"""Characters one field may hold (the csv module's own limit): beyond it a quote was never closed."""


class InvoiceLine(NamedTuple):
    """One line: ``at`` is local time without a zone; ``price`` of one unit; ``row`` counts physical rows, the header being 1."""

    row: int
    invoice: str
    stock_code: str
    description: str
    quantity: int
    at: datetime
    price: Decimal
    customer: str
    country: str


class Odd(NamedTuple):
    """A row that is not taken, whole and with the reason. ``row`` counts physical rows, the header being 1."""

    row: int
    reason: str
    raw: str


class NotAnInvoiceFile(Refusal):
    """The file cannot be an export of invoice lines."""

    sentence = "{file} is not a file of invoice lines: {why}."
    remedy = "Give a CSV (plain, .xz, .gz or .bz2) with the columns Invoice, StockCode, Description, Quantity, InvoiceDate, Price, Customer ID, Country."
    status = 422


def read_invoices(path: Path) -> Iterator[InvoiceLine | Odd]:
    """Every row of the file, in its order: as a line, or as :class:`Odd` with the reason. Nothing is dropped.

    The header names the columns in any order (:data:`ALIASES`), separated by comma, semicolon, tab or bar. Text is UTF-8, UTF-16
    with its mark, or else Windows-1252 row by row. Dates are ISO, or day and month in the order that the whole file bears out,
    or Excel's day numbers. A file cut short, also in the middle of its compressed stream, gives its readable rows and then one
    Odd for the broken tail. Raises :class:`NotAnInvoiceFile` when there is no such file, no header, or a needed column is missing.
    """
    with _opened(path) as stream:
        lines = _Lines(stream)
        header, delimiter = _header(path, lines)
        seats = _seats(path, header)
        read_date = _Dates(day_first=_day_first(path, seats["at"], delimiter))
        yield from _rows(lines, delimiter, len(header), seats, read_date)


# --- Bytes to lines ------------------------------------------------------------------------------------------------------


def _opened(path: Path) -> BufferedIOBase:
    try:
        with path.open("rb") as plain:
            magic = plain.read(6)
    except OSError as error:
        raise NotAnInvoiceFile(file=path, why=(error.strerror or "it cannot be opened").lower())
    if not magic:
        raise NotAnInvoiceFile(file=path, why="it is empty")
    if magic[:4] == b"PK\x03\x04" or magic[:4] == b"\xd0\xcf\x11\xe0":
        raise NotAnInvoiceFile(file=path, why="it is a spreadsheet or archive; save the sheet as CSV")
    if magic == b"\xfd7zXZ\x00":
        return BufferedReader(lzma.open(path), 1 << 18)
    if magic[:2] == b"\x1f\x8b":
        return BufferedReader(gzip.open(path), 1 << 18)
    if magic[:3] == b"BZh":
        return BufferedReader(bz2.open(path), 1 << 18)
    return path.open("rb")


class _Lines:
    """Physical lines as text, remembering how the stream ended."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self.count = 0
        self.broken = ""
        try:
            head = stream.peek(4)[:4]  # type: ignore[attr-defined]
        except (EOFError, OSError, lzma.LZMAError):
            head = b""
        self._text = self._wide() if head[:2] in (b"\xff\xfe", b"\xfe\xff") else self._plain()

    def __iter__(self) -> Iterator[str]:
        return self._text

    def _plain(self) -> Iterator[str]:
        while True:
            try:
                raw = self._stream.readline()
            except (EOFError, OSError, lzma.LZMAError) as error:
                self.broken = f"the compressed file ends early or is damaged: {error}"
                return
            if not raw:
                return
            self.count += 1
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text = raw.decode("cp1252", "replace")
            yield text.removeprefix("\ufeff") if self.count == 1 else text

    def _wide(self) -> Iterator[str]:
        try:
            text = self._stream.read().decode("utf-16", "replace")
        except (EOFError, OSError, lzma.LZMAError) as error:
            self.broken = f"the compressed file ends early or is damaged: {error}"
            return
        for line in text.splitlines(keepends=True):
            self.count += 1
            yield line


# --- The header ----------------------------------------------------------------------------------------------------------


def _header(path: Path, lines: _Lines) -> tuple[list[str], str]:
    for text in lines:
        if not text.strip("\r\n\t ,;|"):
            continue
        delimiter = max(",;\t|", key=text.count)
        return next(csv.reader([text], delimiter=delimiter)), delimiter
    raise NotAnInvoiceFile(file=path, why=lines.broken or "it has no header")


def _seats(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Where each column stands; -1 for one that may be absent and is."""
    names = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in header]
    seats = {column: next((names.index(a) for a in aliases if a in names), -1) for column, aliases in ALIASES.items()}
    missing = [column for column in NEEDED if seats[column] < 0]
    if missing:
        found = ", ".join(name.strip()[:30] for name in header[:12] if name.strip().isprintable()) or "nothing readable"
        raise NotAnInvoiceFile(file=path, why=f"no column for {', '.join(missing).replace('_', ' ')}; its first row has {found}")
    return seats


# --- Rows ----------------------------------------------------------------------------------------------------------------


def _rows(
    lines: _Lines, delimiter: str, width: int, seats: dict[str, int], read_date: Callable[[str], datetime]
) -> Iterator[InvoiceLine | Odd]:
    spots = tuple(seats.values())
    known: dict[str, str] = {}
    keep = known.setdefault  # the same code, name or country stands in thousands of rows: one object serves them all
    prices: dict[str, Decimal] = {}
    for row, fields, raw in _records(lines, delimiter, width):
        if not any(fields):
            if raw.strip():
                yield Odd(row, "the row is empty", raw.rstrip("\r\n"))
            continue
        if len(fields) != width:
            short = "cut short" if len(fields) < width else "too long"
            yield Odd(row, f"the row is {short}: {len(fields)} fields where the header has {width}", raw.rstrip("\r\n"))
            continue
        invoice, code, description, quantity, at, price, customer, country = (fields[s] if s >= 0 else "" for s in spots)
        try:
            amount = prices.get(price)
            if amount is None:
                amount = prices[price] = _money(price)
            units, moment = _whole(quantity), read_date(at)
        except ValueError as error:
            yield Odd(row, str(error), raw.rstrip("\r\n"))
            continue
        names = (invoice.strip(), code.strip(), description.strip(), _number(customer), country.strip())
        invoice, code, description, customer, country = (keep(name, name) for name in names)
        if not invoice or not code:
            yield Odd(row, f"the row has no {'stock code' if invoice else 'invoice'}", raw.rstrip("\r\n"))
            continue
        yield InvoiceLine(row, invoice, code, description, units, moment, amount, customer, country)
    if lines.broken:
        yield Odd(lines.count + 1, lines.broken, "")


def _records(lines: _Lines, delimiter: str, width: int) -> Iterator[tuple[int, list[str], str]]:
    """(row, fields, text) of each record. A quote that is never closed must not swallow the rows after it: where a record runs
    over several lines without fitting the header, its lines are read again, each by itself."""
    held: list[str] = []

    def feed() -> Iterator[str]:
        for text in lines:
            held.append(text)
            yield text

    reader = csv.reader(feed(), delimiter=delimiter)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fields = []
        first = lines.count - len(held) + 1
        if len(held) > 1 and (len(fields) != width or len(held) > 50):
            for place, text in enumerate(held):
                yield first + place, _alone(text, delimiter), text
        else:
            yield first, fields, "".join(held)
        held.clear()


def _alone(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return text.rstrip("\r\n").split(delimiter)[:1] or [text]  # one field: reported as cut short


# --- Fields --------------------------------------------------------------------------------------------------------------


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        pass
    amount = _decimal(text)
    if amount is None or amount != int(amount):
        raise ValueError(f"the quantity {text.strip()[:40]!r} is not a whole number")
    return int(amount)


def _money(text: str) -> Decimal:
    amount = _decimal(text)
    if amount is None or abs(amount) >= 10**10:
        raise ValueError(f"the price {text.strip()[:40]!r} is not an amount")
    return amount


def _decimal(text: str) -> Decimal | None:
    """12.50, 1,250.00, 12,50, £12.50 and 1.2E1, or None."""
    plain = text.strip().lstrip("£$€").strip()
    if "," in plain:
        whole, _, last = plain.rpartition(",")
        groups_of_three = re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", plain)
        plain = plain.replace(",", "") if groups_of_three else f"{whole.replace('.', '').replace(',', '')}.{last}"
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _number(text: str) -> str:
    """A customer's number; spreadsheets write 13085 as 13085.0."""
    return text.strip().removesuffix(".0")


# --- Dates ---------------------------------------------------------------------------------------------------------------

_PARTED = re.compile(
    r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*([AaPp][Mm])?\s*"
)
_EXCEL = re.compile(r"\s*(\d{5})(\.\d+)?\s*")
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  (local time; counts Excel's 29 February 1900)


class _Dates:
    """Reads a date and time; a file repeats each of them for every line of an invoice, so answers are kept."""

    def __init__(self, *, day_first: bool) -> None:
        self._day_first = day_first
        self._known: dict[str, datetime] = {}

    def __call__(self, text: str) -> datetime:
        at = self._known.get(text)
        if at is None:
            try:
                at = self._known[text] = self._read(text)
            except (ValueError, OverflowError):
                raise ValueError(f"the date {text.strip()[:40]!r} cannot be read")
        return at

    def _read(self, text: str) -> datetime:
        if parts := _PARTED.fullmatch(text):
            first, second, year, hour, minute, sixtieth, half = parts.groups()
            day, month = (int(first), int(second)) if self._day_first else (int(second), int(first))
            clock = int(hour or 0)
            if half:
                clock = clock % 12 + (12 if half.lower() == "pm" else 0)
            whole_year = int(year) + (2000 if len(year) == 2 else 0)
            at = datetime(whole_year, month, day, clock, int(minute or 0), int(sixtieth or 0))  # noqa: DTZ001
        elif number := _EXCEL.fullmatch(text):
            at = _EXCEL_DAY_ZERO + timedelta(days=int(number[1]), seconds=round(float(number[2] or 0) * 86_400))
        else:
            at = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        if not 1990 <= at.year <= 2100:
            raise ValueError
        return at


def _day_first(path: Path, seat: int, delimiter: str) -> bool:
    """Whether 1/12/2010 is the first of December. The first date with a part above 12 proves it; without one, the order
    decides in which the file's dates go forward by the smaller steps, as an export's do; a tie goes to the British day first."""
    strain = {True: 0, False: 0}  # days walked between neighbors; a step back in time weighs as ten years
    last: dict[bool, date] = {}
    with _opened(path) as stream:
        for text in _Lines(stream):
            fields = _alone(text, delimiter)
            parts = _PARTED.fullmatch(fields[seat]) if len(fields) > seat else None
            if parts is None:
                if len(fields) > seat and re.match(r"\s*\d{4}-", fields[seat]):
                    return True
                continue
            first, second, year = int(parts[1]), int(parts[2]), int(parts[3])
            if first > 12 >= second:
                return True
            if second > 12 >= first:
                return False
            for day_first, day, month in ((True, first, second), (False, second, first)):
                try:
                    day_of = date(year + (2000 if year < 100 else 0), month, day)
                except ValueError:
                    continue
                gap = (day_of - last.get(day_first, day_of)).days
                strain[day_first] += gap if gap >= 0 else 3652 - gap
                last[day_first] = day_of
    return strain[True] <= strain[False]
