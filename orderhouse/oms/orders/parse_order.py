"""What somebody sent, as a :class:`SubmitOrder` or as everything that is wrong with it. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from typing import Any

from orderhouse.contract.messages.orders import Address, Charge, Customer, SubmitLine, SubmitOrder
from orderhouse.kernel.quantities import MAX_QUANTITY
from orderhouse.oms.orders.countries import COUNTRIES

MAX_LINES = 20_000
MAX_LINE_NUMBER = 1_000_000
HOLD_KINDS = ("payment", "fraud", "address", "stock", "price", "manual", "customer_request")
CHARGE_KINDS = ("shipping", "fee", "discount", "tax", "adjustment")

_ORDER = frozenset(f.name for f in fields(SubmitOrder)) | {"version", "type"}
_LINE = frozenset(f.name for f in fields(SubmitLine))
_ADDRESS = frozenset(f.name for f in fields(Address))
_CUSTOMER = frozenset(f.name for f in fields(Customer))
_CHARGE = frozenset(f.name for f in fields(Charge))
_CURRENCY = re.compile(r"[A-Z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BROKEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MONEY_LIMIT, _MONEY_STEP = Decimal(10) ** 10, Decimal("0.0001")
_NEVER = datetime.max.replace(tzinfo=UTC)
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: ``field`` is a JSON path such as ``lines[3].quantity`` (empty for the whole order)."""

    field: str
    reason: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"field": self.field, "reason": self.reason, "remedy": self.remedy}


def parse_order(raw: object) -> SubmitOrder | list[Problem]:
    """Read a raw order (parsed JSON, or a message that nobody has checked yet): the message, or every problem in it.

    Fields are those of :class:`SubmitOrder`. Money may be a number or a decimal string of up to 4 places; times are ISO 8601
    with an offset; a line without a number takes its position. Unknown fields are problems: a misspelled price must not
    become free goods. At most 20,000 lines.
    """
    sheet = _Sheet()
    order = _mapping(raw)
    if order is None:
        sheet.problem("", f"an order is an object, not {_shown(raw)}", "Send one JSON object for each order.")
        return sheet.problems
    sheet.known(order, _ORDER, "")
    channel = sheet.code(order, "channel", "channel", 24)
    channel_order_id = sheet.code(order, "channel_order_id", "channel_order_id", 128)
    placed_at = sheet.moment(order, "placed_at", "placed_at")
    currency = sheet.currency(order)
    ship_to = _address(sheet, order.get("ship_to", _NOTHING))
    lines = _lines(sheet, order.get("lines", _NOTHING))
    customer = _customer(sheet, order.get("customer"))
    charges = _charges(sheet, order.get("charges"))
    service = sheet.text(order, "service", "service", 64)
    priority = sheet.whole(order, "priority", "priority", 0, 99) if order.get("priority") is not None else None
    holds = _holds(sheet, order.get("holds"))
    if sheet.problems:
        return sheet.problems
    return SubmitOrder(
        channel, channel_order_id, placed_at, currency, ship_to, lines, customer, charges, service, priority, holds
    )


def order_key(raw: object) -> tuple[str, str]:
    """The channel and the channel's order id as far as they can be read; empty where they cannot."""
    order = _mapping(raw) or {}
    channel, channel_order_id = order.get("channel"), order.get("channel_order_id")
    return (
        channel if isinstance(channel, str) and len(channel) <= 24 and not _BROKEN.search(channel) else "",
        channel_order_id
        if isinstance(channel_order_id, str) and len(channel_order_id) <= 128 and not _BROKEN.search(channel_order_id)
        else "",
    )


def keepable(raw: object, depth: int = 0) -> Any:
    """The same, as JSON that PostgreSQL keeps: what JSON or UTF-8 cannot say (NUL, lone surrogates, NaN, endless digits or
    nesting) is written out as visible text, so that nothing that came is ever too broken to be shown."""
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        text = raw if raw.isprintable() else raw.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\u0000")
        return text if len(text) <= 100_000 else text[:100_000] + " (cut)"
    if isinstance(raw, int):
        return raw if raw.bit_length() < 64 else _shown(raw)
    if isinstance(raw, float):
        return raw if isfinite(raw) else str(raw)
    if isinstance(raw, (datetime, date)):
        return raw.isoformat()
    if isinstance(raw, Decimal):
        return str(raw)
    if depth > 30:
        return "(nested too deeply)"
    if (mapping := _mapping(raw)) is not None:
        return {keepable(str(key), depth + 1): keepable(value, depth + 1) for key, value in mapping.items()}
    if isinstance(raw, (list, tuple, set, frozenset)):
        return [keepable(value, depth + 1) for value in raw]
    return keepable(repr(raw), depth + 1)


class _Sheet:
    """Collects problems while it reads fields; a field that cannot be read answers a stand-in of its type."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, field: str, reason: str, remedy: str = "") -> None:
        self.problems.append(Problem(field, reason, remedy))

    def known(self, values: Mapping[str, Any], names: frozenset[str], path: str) -> None:
        unknown = sorted(str(name) for name in values.keys() - names)
        for name in unknown[:20]:
            self.problem(f"{path}{_shown_name(name)}", "is not a field known here", _meant(name[:64], names))
        if len(unknown) > 20:
            self.problem(path.rstrip("."), f"has {len(unknown) - 20:,} more fields not known here", "Leave them out.")

    def text(self, values: Mapping[str, Any], name: str, field: str, most: int, *, needed: bool = False) -> str:
        """Printable text without surrounding spaces; empty when absent or null."""
        value = values.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.problem(field, f"{_shown(value)} is not text", "Put it in quotes.")
            return ""
        value = value.strip()
        if not value:
            if needed:
                self.problem(field, "is missing" if values.get(name) is None else "is empty", f"Give the {field.split('.')[-1]}.")
            return ""
        if len(value) > most:
            self.problem(field, f"has {len(value):,} characters where {most} fit", f"Shorten it to {most} characters.")
        elif not value.isprintable() and (broken := _BROKEN.search(value)):
            self.problem(
                field, f"has a control character (U+{ord(broken[0]):04X}) at position {broken.start() + 1}", "Remove it."
            )
        return value

    def code(self, values: Mapping[str, Any], name: str, field: str, most: int) -> str:
        """Text that identifies: needed, and taken exactly as it stands."""
        value = self.text(values, name, field, most, needed=True)
        if value and values[name] != value:
            self.problem(field, f"{_shown(values[name])} begins or ends with a space", "Send it without.")
        return value

    def email(self, values: Mapping[str, Any], field: str) -> str:
        value = self.text(values, "email", field, 254)
        if value and not _EMAIL.fullmatch(value):
            self.problem(field, f"{_shown(value)} is not an email address", "Correct it, or leave it out.")
        return value

    def currency(self, values: Mapping[str, Any]) -> str:
        value = self.text(values, "currency", "currency", 16, needed=True)
        if value and not _CURRENCY.fullmatch(value):
            self.problem(
                "currency", f"{_shown(value)} is not a currency code", "Use three capital letters of ISO 4217, such as EUR."
            )
        return value

    def moment(self, values: Mapping[str, Any], name: str, field: str) -> datetime:
        value = values.get(name)
        remedy = "Use ISO 8601 with an offset, such as 2026-11-02T09:30:00Z."
        moment = value
        if value is None or value == "":
            self.problem(field, "is missing", remedy)
            return _NEVER
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value.strip())
            except ValueError:
                self.problem(field, f"{_shown(value)} is not a date and time", remedy)
                return _NEVER
        if not isinstance(moment, datetime):
            self.problem(field, f"{_shown(value)} is not a date and time", remedy)
            return _NEVER
        if moment.tzinfo is None or moment.utcoffset() is None:
            self.problem(
                field, f"{_shown(value)} does not say its offset from UTC", "Add Z for UTC, or an offset such as +01:00."
            )
            return _NEVER
        if not 1990 <= moment.year <= 2100:
            self.problem(field, f"{_shown(value)} lies outside 1990 to 2100", "Check the year.")
            return _NEVER
        return moment.astimezone(UTC)

    def whole(self, values: Mapping[str, Any], name: str, field: str, least: int, most: int, unit: str = "") -> int:
        value = values.get(name)
        if value is None:
            self.problem(field, "is missing", f"Give a whole number from {least} to {most:,}{unit}.")
        elif isinstance(value, bool) or not isinstance(value, int):
            self.problem(
                field, f"{_shown(value)} is not a whole number", f"Give a whole number{unit}, without quotes or decimals."
            )
        elif value < least:
            self.problem(field, f"{_shown(value)} is less than {least}", f"Give at least {least}.")
        elif value > most:
            self.problem(field, f"{_shown(value)} is more than {most:,}", "Check for extra digits.")
        else:
            return value
        return least

    def money(self, values: Mapping[str, Any], name: str, field: str, *, needed: bool = False, signed: bool = False) -> Decimal:
        value = values.get(name)
        if value is None:
            if needed:
                self.problem(field, "is missing", "Give an amount such as 12.50.")
            return Decimal(0)
        if type(value) is Decimal:
            amount = value
        elif isinstance(value, bool) or not isinstance(value, (int, float, str)) or _long(value):
            self.problem(field, f"{_shown(value)} is not an amount", "Give a number such as 12.50.")
            return Decimal(0)
        else:
            try:
                amount = Decimal(repr(value) if isinstance(value, float) else value)
            except (InvalidOperation, ValueError):
                self.problem(field, f"{_shown(value)} is not an amount", "Give a number with a point, such as 12.50.")
                return Decimal(0)
        if not amount.is_finite():
            self.problem(field, f"{_shown(value)} is not an amount", "Give a number such as 12.50.")
        elif amount < 0 and not signed:
            self.problem(
                field, f"{amount} is negative", "Give the price as charged, and reductions as a charge of kind discount."
            )
        elif abs(amount) >= _MONEY_LIMIT:
            self.problem(field, f"{_shown(value)} is 10 billion or more", "Check for extra digits.")
        elif amount != amount.quantize(_MONEY_STEP):
            self.problem(field, f"{amount} has more than 4 decimal places", "Round it.")
        else:
            return amount
        return Decimal(0)

    def degrees(self, values: Mapping[str, Any], name: str, most: int) -> float | None:
        value = values.get(name)
        if value is None:
            return None
        field = f"ship_to.{name}"
        if isinstance(value, bool) or not isinstance(value, (int, float)) or _long(value) or not isfinite(value):
            self.problem(field, f"{_shown(value)} is not a number of degrees", "Give WGS 84 degrees, such as 51.5.")
        elif abs(value) > most:
            self.problem(field, f"{value} lies outside -{most} to {most}", "Check whether latitude and longitude are swapped.")
        else:
            return float(value)
        return None


def _lines(sheet: _Sheet, raw: object) -> tuple[SubmitLine, ...]:
    rows = _list(sheet, raw, "lines", "Give a list of lines.")
    if not rows:
        if isinstance(raw, (list, tuple)):
            sheet.problem("lines", "is empty", "An order needs at least one line.")
        elif raw is _NOTHING or raw is None:
            sheet.problem("lines", "is missing", "Give at least one line.")
        return ()
    if len(rows) > MAX_LINES:
        sheet.problem("lines", f"{len(rows):,} lines where {MAX_LINES:,} fit", "Split the order.")
        return ()
    lines: list[SubmitLine] = []
    numbered: dict[int, int] = {}
    for place, row in enumerate(rows):
        path = f"lines[{place}]"
        line = _mapping(row)
        if line is None:
            sheet.problem(path, f"a line is an object, not {_shown(row)}", "Give an object with sku and quantity.")
            continue
        if line.keys() - _LINE:
            sheet.known(line, _LINE, path + ".")
        number = place + 1
        if line.get("line_number") is not None:
            before = len(sheet.problems)
            number = sheet.whole(line, "line_number", path + ".line_number", 1, MAX_LINE_NUMBER)
            if len(sheet.problems) > before:
                number = -place
        first = numbered.setdefault(number, place)
        if first != place:
            sheet.problem(
                f"{path}.line_number",
                f"{number} is the number of lines[{first}] too",
                "Number each line once, or leave numbers out.",
            )
        lines.append(
            SubmitLine(
                number,
                sheet.code(line, "sku", path + ".sku", 64),
                sheet.whole(line, "quantity", path + ".quantity", 1, MAX_QUANTITY, " of base units"),
                sheet.money(line, "unit_price", path + ".unit_price"),
                sheet.text(line, "description", path + ".description", 500),
            )
        )
    return tuple(lines)


def _address(sheet: _Sheet, raw: object) -> Address:
    values = _mapping(raw)
    if values is None:
        reason = "is missing" if raw is _NOTHING or raw is None else f"{_shown(raw)} is not an address"
        sheet.problem("ship_to", reason, "Give an object with name, lines, city, postal_code and country.")
        return Address("", "")
    sheet.known(values, _ADDRESS, "ship_to.")
    country = sheet.text(values, "country", "ship_to.country", 64, needed=True)
    if country and country not in COUNTRIES:
        remedy = "Use GB." if country.upper() in ("UK", "EN") else "Use two capital letters of ISO 3166-1, such as DE."
        sheet.problem("ship_to.country", f"{_shown(country)} is not a country code", remedy)
    rows = _list(sheet, values.get("lines", ()), "ship_to.lines", "Give each address line as one entry of a list.")
    if len(rows) > 10:
        sheet.problem("ship_to.lines", f"{len(rows)} address lines where 10 fit", "Join some.")
        rows = []
    lines = tuple(sheet.text({"line": row}, "line", f"ship_to.lines[{n}]", 200) for n, row in enumerate(rows))
    latitude, longitude = sheet.degrees(values, "latitude", 90), sheet.degrees(values, "longitude", 180)
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        sheet.problem("ship_to.latitude", "latitude and longitude come together", "Give both, or neither.")
    return Address(
        name=sheet.text(values, "name", "ship_to.name", 200, needed=True),
        country=country,
        lines=tuple(line for line in lines if line),
        city=sheet.text(values, "city", "ship_to.city", 100),
        region=sheet.text(values, "region", "ship_to.region", 100),
        postal_code=sheet.text(values, "postal_code", "ship_to.postal_code", 20),
        company=sheet.text(values, "company", "ship_to.company", 200),
        phone=sheet.text(values, "phone", "ship_to.phone", 40),
        email=sheet.email(values, "ship_to.email"),
        latitude=latitude,
        longitude=longitude,
    )


def _customer(sheet: _Sheet, raw: object) -> Customer:
    if raw is None:
        return Customer()
    values = _mapping(raw)
    if values is None:
        sheet.problem("customer", f"{_shown(raw)} is not a customer", "Give an object with reference, name, email or phone.")
        return Customer()
    sheet.known(values, _CUSTOMER, "customer.")
    return Customer(
        reference=sheet.text(values, "reference", "customer.reference", 128),
        name=sheet.text(values, "name", "customer.name", 200),
        email=sheet.email(values, "customer.email"),
        phone=sheet.text(values, "phone", "customer.phone", 40),
    )


def _charges(sheet: _Sheet, raw: object) -> tuple[Charge, ...]:
    charges = []
    for place, row in enumerate(_few(sheet, raw, "charges", 1000)):
        path = f"charges[{place}]"
        values = _mapping(row)
        if values is None:
            sheet.problem(path, f"a charge is an object, not {_shown(row)}", "Give kind, description and amount.")
            continue
        sheet.known(values, _CHARGE, path + ".")
        kind = _one_of(sheet, values.get("kind"), CHARGE_KINDS, path + ".kind")
        description = sheet.text(values, "description", path + ".description", 200) or kind
        charges.append(Charge(kind, description, sheet.money(values, "amount", path + ".amount", needed=True, signed=True)))
    return tuple(charges)


def _holds(sheet: _Sheet, raw: object) -> tuple[str, ...]:
    rows = _few(sheet, raw, "holds", 100)
    return tuple(dict.fromkeys(_one_of(sheet, row, HOLD_KINDS, f"holds[{place}]") for place, row in enumerate(rows)))


def _few(sheet: _Sheet, raw: object, field: str, most: int) -> list[Any]:
    rows = [] if raw is None else _list(sheet, raw, field, f"Give a list of {field}.")
    if len(rows) > most:
        sheet.problem(field, f"{len(rows):,} entries where {most:,} fit", "Send fewer.")
        return []
    return rows


def _one_of(sheet: _Sheet, value: object, known: Iterable[str], field: str) -> str:
    if not isinstance(value, str) or value not in known:
        reason = "is missing" if value is None else f"{_shown(value)} is not known here"
        sheet.problem(field, reason, f"Use one of {', '.join(known)}.")
        return ""
    return value


def _list(sheet: _Sheet, raw: object, field: str, remedy: str) -> list[Any]:
    if isinstance(raw, (list, tuple)):
        return list(raw)
    if raw is not None and raw is not _NOTHING:
        sheet.problem(field, f"{_shown(raw)} is not a list", remedy)
    return []


_field_names: dict[type, Callable[[Any], dict[str, Any]]] = {}


def _mapping(raw: object) -> Mapping[str, Any] | None:
    """A JSON object or a message as a mapping; None for anything else."""
    if isinstance(raw, Mapping):
        return raw
    kind = type(raw)
    if kind not in _field_names:
        if not is_dataclass(kind):
            return None
        names = [f.name for f in fields(kind)]
        _field_names[kind] = lambda message: {name: getattr(message, name) for name in names}
    return _field_names[kind](raw)


@lru_cache(maxsize=256)
def _meant(name: str, names: frozenset[str]) -> str:
    near = get_close_matches(name, sorted(names), 1)
    return f"Did you mean {near[0]}?" if near else "Leave it out."


def _long(value: object) -> bool:
    """A number or text of more digits than any amount or coordinate has: converting it would only cost time."""
    return (isinstance(value, str) and len(value) > 40) or (isinstance(value, int) and value.bit_length() > 128)


def _shown(value: object) -> str:
    """A value in a sentence, short and printable."""
    if isinstance(value, int) and value.bit_length() > 128:
        return f"a number of about {value.bit_length() * 3 // 10} digits"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "a list"
    text = ascii(value) if isinstance(value, str) and _SURROGATE.search(value) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _shown_name(name: object) -> str:
    text = str(name)
    return text if text.isprintable() and len(text) <= 60 else _shown(text)


def parse_address(raw: object) -> Address | list[Problem]:
    """One address by the rules of an order's ``ship_to``; everything that is wrong with it where it is not right."""
    sheet = _Sheet()
    address = _address(sheet, raw)
    return sheet.problems or address
