"""What invoice lines mean: orders, charges, credits, corrections of stock. Pure; the same file always means the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from orderhouse.contract.messages import Address, Charge, Customer, SubmitLine, SubmitOrder
from orderhouse.replay.places import Gazetteer
from orderhouse.replay.read_invoices import InvoiceLine, Odd
from orderhouse.replay.stock_codes import meaning, sku_of

CURRENCY = "GBP"
ZONE = ZoneInfo("Europe/London")
_STEP = Decimal("0.0001")
_MOST_MONEY = Decimal(10) ** 10
MOST_UNITS = 250_000
"""Units one line may order: the largest order of the kind known is a third of it, so more is a slip of the pen."""
_CREDIT, _BOOKKEEPING = re.compile(r"[Cc]\d+"), re.compile(r"[Aa]\d+")


@dataclass(frozen=True, slots=True)
class NewItem:
    """A stock code seen for the first time in an order, with the name and price it has there."""

    sku: str
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Take:
    """Units of one line of an earlier order that a credit note takes back. ``row`` is the credit's own row."""

    channel: str
    channel_order_id: str
    line_number: int
    sku: str
    quantity: int
    row: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note with the units it could be matched to."""

    number: str
    at: datetime
    takes: tuple[Take, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of stock without a customer or a price: units written off (negative) or found (positive)."""

    number: str
    at: datetime
    sku: str
    quantity: int
    remark: str
    row: InvoiceLine


@dataclass(frozen=True, slots=True)
class Day:
    """One day's business, each list in time order. ``lines`` counts the order lines in ``orders``."""

    date: date
    new_items: list[NewItem]
    orders: list[SubmitOrder]
    credits: list[Credit]
    corrections: list[Correction]
    lines: int


@dataclass(slots=True)
class Account:
    """Where every row of the file went. ``rows`` is the sum of all the rest: :meth:`balances` says so. ``later``: rows of days
    that were not asked for."""

    rows: int = 0
    order_lines: int = 0
    charges: int = 0
    credit_lines: int = 0
    corrections: int = 0
    odd: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    odd_rows: list[Odd] = field(default_factory=list)
    units_credited: int = 0
    units_without_order: int = 0
    later: int = 0

    def put_aside(self, row: int, reason: str, raw: str) -> None:
        """Keep an odd row with its reason."""
        self.odd[reason] += 1
        self.odd_rows.append(Odd(row, reason, raw))
        if len(self.examples[reason]) < 3:
            self.examples[reason].append((row, raw))

    @property
    def balances(self) -> bool:
        """Whether every row in is accounted for."""
        known = self.order_lines + self.charges + self.credit_lines + self.corrections + self.later
        return self.rows == known + sum(self.odd.values())


def by_day(rows: Iterable[InvoiceLine | Odd], account: Account) -> dict[date, list[InvoiceLine]]:
    """Rows by their day, days rising; rows of a day by time, then place in the file. Unreadable rows go to the account."""
    days: dict[date, list[InvoiceLine]] = defaultdict(list)
    for row in rows:
        account.rows += 1
        if isinstance(row, Odd):
            account.put_aside(row.row, _kind(row.reason), row.raw)
        else:
            days[row.at.date()].append(row)
    for lines in days.values():
        lines.sort(key=lambda line: (line.at, line.row))
    return {day: days[day] for day in sorted(days)}


class Interpreter:
    """Reads day after day, each once and in order; remembers what was ordered, so that credits find their orders."""

    def __init__(self, gazetteer: Gazetteer, account: Account) -> None:
        self._gazetteer = gazetteer
        self._account = account
        self._known: set[str] = set()
        self._names: Counter[str] = Counter()
        # (customer, sku) -> lines in order of age, newest last, with what no credit has taken yet
        self._bought: dict[tuple[str, str], list[list[int | str]]] = defaultdict(list)

    def day(self, date: date, lines: Iterable[InvoiceLine]) -> Day:
        """The business of one day."""
        invoices: dict[str, list[InvoiceLine]] = defaultdict(list)
        for line in lines:
            invoices[line.invoice].append(line)
        day = Day(date, [], [], [], [], 0)
        new: dict[str, NewItem] = {}
        order_lines = 0
        for number, rows in invoices.items():
            if _CREDIT.fullmatch(number):
                self._credit(number, rows, day)
            elif _BOOKKEEPING.fullmatch(number):
                for row in rows:
                    self._aside(row, "an adjustment of the accounts, no trade in goods")
            elif all(not row.customer and not row.price for row in rows):
                self._correct(number, rows, day)
            elif order := self._order(number, rows, new):
                day.orders.append(order)
                order_lines += len(order.lines)
        return Day(date, list(new.values()), day.orders, day.credits, day.corrections, order_lines)

    # -- orders

    def _order(self, number: str, rows: list[InvoiceLine], new: dict[str, NewItem]) -> SubmitOrder | None:
        customer = _clean(next((row.customer for row in rows if row.customer), ""), 80)
        country = rows[0].country
        place = self._gazetteer.place(customer or number, country)
        if place is None:
            for row in rows:
                self._aside(row, f"the country {country!r} is not known")
            return None
        lines: list[SubmitLine] = []
        charges: list[tuple[InvoiceLine, Charge]] = []
        for row in rows:
            sku = sku_of(row.stock_code)
            means = meaning(sku)
            if means.kind == "test":
                self._aside(row, "a test of the till, no goods")
            elif not sku or not sku.isprintable():
                self._aside(row, "a stock code that no label can show")
            elif means.kind == "charge" and abs(row.price * row.quantity) >= _MOST_MONEY:
                self._aside(row, "an amount beyond anything an invoice may name")
            elif means.kind == "charge":
                what = _clean(row.description, 200) or means.what
                charges.append((row, Charge(means.charge, what, (row.price * row.quantity).quantize(_STEP))))
            elif row.quantity <= 0:
                self._aside(row, "a quantity that is not positive on an invoice")
            elif row.quantity > MOST_UNITS:
                self._aside(row, "a quantity beyond anything a line may name")
            elif row.price < 0:
                self._aside(row, "a negative price")
            else:
                price = row.price.quantize(_STEP)
                lines.append(SubmitLine(len(lines) + 1, sku, row.quantity, price, _clean(row.description, 200)))
                if sku not in self._known:
                    self._known.add(sku)
                    new[sku] = NewItem(sku, _clean(row.description, 200) or f"Item {sku}", price)
        if not lines:
            for row, _ in charges:
                self._aside(row, "money on an invoice without goods: no order to stand on")
            return None
        self._account.order_lines += len(lines)
        self._account.charges += len(charges)
        # An invoice number that comes back on a later day is another order of the same number.
        name = _clean(number, 80) or "-"
        self._names[name] += 1
        name = name if self._names[name] == 1 else f"{name}-{self._names[name]}"
        channel = "WHOLESALE" if customer else "WEB"
        for line in lines if customer else ():
            self._bought[customer, line.sku].append([name, line.line_number, line.quantity])
        home = place.country == "GB"
        return SubmitOrder(
            channel=channel,
            channel_order_id=name,
            placed_at=_utc(rows[0].at),
            currency=CURRENCY,
            ship_to=Address(
                name=f"Customer {customer}" if customer else f"Web order {name}",
                country=place.country,
                lines=("Delivery place assigned for the replay",),
                city=place.name,
                postal_code=place.name if home and any(c.isdigit() for c in place.name) else "",
                latitude=place.latitude,
                longitude=place.longitude,
            ),
            lines=tuple(lines),
            customer=Customer(reference=customer) if customer else Customer(),
            charges=tuple(charge for _, charge in charges),
        )

    # -- credits

    def _credit(self, number: str, rows: list[InvoiceLine], day: Day) -> None:
        takes: list[Take] = []
        for row in rows:
            sku = sku_of(row.stock_code)
            means = meaning(sku)
            if means.kind == "test":
                self._aside(row, "a test of the till, no goods")
            elif means.kind == "charge":
                self._aside(row, f"money credited ({means.what}): an order's charges stay as they were invoiced")
            elif row.quantity >= 0:
                self._aside(row, "a credit note that gives rather than takes")
            elif not row.customer:
                self._aside(row, "a credit note without a customer: no order to look for")
            else:
                found = self._match(row, sku)
                if found:
                    takes += found
                    self._account.credit_lines += 1
                    units = sum(take.quantity for take in found)
                    self._account.units_credited += units
                    self._account.units_without_order += -row.quantity - units
                else:
                    self._aside(row, "a credit for goods with no earlier order in the file")
                    self._account.units_without_order += -row.quantity
        if takes:
            day.credits.append(Credit(number, _utc(rows[0].at), tuple(takes)))

    def _match(self, row: InvoiceLine, sku: str) -> list[Take]:
        """Units of the customer's earlier lines of this SKU, newest first."""
        wanted, found = -row.quantity, []
        lines = self._bought.get((_clean(row.customer, 80), sku), [])
        while wanted and lines:
            name, number, left = lines[-1]
            taken = min(wanted, int(left))
            found.append(Take("WHOLESALE", str(name), int(number), sku, taken, row.row))
            wanted -= taken
            lines[-1][2] = int(left) - taken
            if not lines[-1][2]:
                lines.pop()
        return found

    # -- corrections

    def _correct(self, number: str, rows: list[InvoiceLine], day: Day) -> None:
        for row in rows:
            sku = sku_of(row.stock_code)
            means = meaning(sku)
            if means.kind == "test":
                self._aside(row, "a test of the till, no goods")
            elif means.kind == "charge":
                self._aside(row, f"a count of {means.what}, which is no goods")
            elif not row.quantity:
                self._aside(row, "a quantity of nothing")
            elif sku not in self._known:
                self._aside(row, "a correction of stock that was never sold before, so nobody keeps any")
            else:
                self._account.corrections += 1
                day.corrections.append(Correction(number, _utc(row.at), sku, row.quantity, _clean(row.description, 80), row))

    def _aside(self, row: InvoiceLine, reason: str) -> None:
        self._account.put_aside(row.row, reason, as_text(row))


def as_text(row: InvoiceLine) -> str:
    """A row as people compare it with their file."""
    return ",".join(str(part) for part in row[1:])


def trading_weekdays(days: Iterable[date]) -> str:
    """Seven of 0 and 1, Monday first: the weekdays the file trades on, more than once in a while (a twentieth of its days)."""
    seen = Counter(day.weekday() for day in days)
    return "".join("1" if seen[weekday] * 20 >= seen.total() else "0" for weekday in range(7))


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=ZONE).astimezone(UTC)


def _clean(text: str, most: int) -> str:
    """Printable, with single spaces: what a label can show."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:most].strip()


_KINDS: Mapping[str, str] = {
    "the row is cut short": "a row with too few fields",
    "the row is too long": "a row with too many fields",
    "the quantity": "a quantity that is not a whole number",
    "the price": "a price that is no amount",
    "the date": "a date that cannot be read",
    "the compressed file": "the compressed file ends early or is damaged",
}


def _kind(reason: str) -> str:
    """Reasons that name a value, as one reason to count by."""
    return next((kind for start, kind in _KINDS.items() if reason.startswith(start)), reason)
