"""Rows become business: orders, charges, credits, corrections; every row is accounted for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.contract.messages import SubmitOrder
from orderhouse.kernel.identifiers import sku
from orderhouse.oms.orders.parse_order import parse_order
from orderhouse.replay import world
from orderhouse.replay.interpret import Account, Day, Interpreter, by_day, trading_weekdays
from orderhouse.replay.places import Gazetteer, home_cities
from orderhouse.replay.read_invoices import InvoiceLine, Odd, read_invoices

NOON = datetime(2010, 6, 1, 12, 0)  # noqa: DTZ001


def _row(
    invoice: str, code: str, quantity: int, price: str = "2.50", customer: str = "13085", at: datetime = NOON, **other: str
) -> InvoiceLine:
    country, description = other.get("country", "United Kingdom"), other.get("description", "THING")
    return InvoiceLine(0, invoice, code, description, quantity, at, Decimal(price), customer, country)


def _live(*rows: InvoiceLine | Odd) -> tuple[list[Day], Account]:
    account = Account()
    days = by_day([row._replace(row=n) for n, row in enumerate(rows, 2)], account)
    reader = Interpreter(Gazetteer(home_cities()), account)
    lived = [reader.day(day, lines) for day, lines in days.items()]
    assert account.balances, "every row is accounted for"
    return lived, account


def test_an_invoice_becomes_an_order_with_its_lines_apart_and_its_charges() -> None:
    (day,), account = _live(
        _row("500001", "85123a", 6),
        _row("500001", "85123A", 4),
        _row("500001", "POST", 1, "18.00"),
        _row("500001", "D", -1, "5.00"),
    )
    (order,) = day.orders
    assert [(line.line_number, line.sku, line.quantity) for line in order.lines] == [(1, "85123A", 6), (2, "85123A", 4)]
    assert [(c.kind, c.amount) for c in order.charges] == [("shipping", Decimal("18.00")), ("discount", Decimal("-5.00"))]
    assert (order.channel, order.channel_order_id) == ("WHOLESALE", "500001")
    assert order.placed_at == datetime(2010, 6, 1, 11, 0, tzinfo=UTC)  # British summer time
    assert [item.sku for item in day.new_items] == ["85123A"]
    assert (account.order_lines, account.charges) == (2, 2)


def test_an_order_without_a_customer_comes_from_the_web_shop() -> None:
    (day,), _ = _live(_row("500001", "22423", 1, customer=""))
    assert day.orders[0].channel == "WEB"


def test_a_credit_takes_back_the_newest_lines_first_and_never_more_than_was_ordered() -> None:
    later = datetime(2010, 6, 3, 9, 0)  # noqa: DTZ001
    days, account = _live(
        _row("500001", "22423", 6),
        _row("500002", "22423", 4, at=datetime(2010, 6, 2, 9, 0)),  # noqa: DTZ001
        _row("500003", "22423", 50, customer="99999"),
        _row("C500004", "22423", -7, at=later),
        _row("C500005", "22423", -9, at=later),
    )
    takes = [(t.channel_order_id, t.line_number, t.quantity) for c in days[-1].credits for t in c.takes]
    assert takes == [("500002", 1, 4), ("500001", 1, 3), ("500001", 1, 3)]
    assert (account.credit_lines, account.units_credited, account.units_without_order) == (2, 10, 6)


def test_a_credit_before_its_order_is_odd() -> None:
    _, account = _live(_row("C500001", "22423", -7), _row("500002", "22423", 7, at=datetime(2010, 6, 2, 9, 0)))  # noqa: DTZ001
    assert account.odd == {"a credit for goods with no earlier order in the file": 1}


def test_lines_without_customer_and_price_correct_the_stock() -> None:
    (day,), account = _live(
        _row("500001", "22423", 6),
        _row("500002", "22423", -2, "0", customer="", description="damages"),
        _row("500003", "22423", 3, "0", customer=""),
        _row("500004", "99999", -3, "0", customer=""),
    )
    assert [(c.sku, c.quantity, c.remark) for c in day.corrections] == [("22423", -2, "damages"), ("22423", 3, "THING")]
    assert account.odd == {"a correction of stock that was never sold before, so nobody keeps any": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_row("A506401", "B", 1, "-53594.36", customer=""), "an adjustment of the accounts, no trade in goods"),
        (_row("500001", "TEST001", 10, "4.50"), "a test of the till, no goods"),
        (_row("500001", "22423", -3), "a quantity that is not positive on an invoice"),
        (_row("500001", "22423", 3, "-1"), "a negative price"),
        (_row("500001", "POST", 1), "money on an invoice without goods: no order to stand on"),
        (_row("500001", "22423", 3, country="Atlantis"), "the country 'Atlantis' is not known"),
        (_row("C500001", "M", -1), "money credited (entered by hand): an order's charges stay as they were invoiced"),
        (_row("C500001", "22423", 1), "a credit note that gives rather than takes"),
        (_row("C500001", "22423", -1, customer=""), "a credit note without a customer: no order to look for"),
        (Odd(9, "the date '30 Feb' cannot be read", "raw"), "a date that cannot be read"),
    ],
)
def test_an_odd_row_is_kept_with_its_reason(row: InvoiceLine | Odd, reason: str) -> None:
    days, account = _live(row)
    assert account.odd == {reason: 1}
    assert not any(day.orders for day in days)
    assert len(account.odd_rows) == 1


def test_an_invoice_number_that_comes_back_another_day_is_another_order() -> None:
    days, _ = _live(_row("500001", "22423", 1), _row("500001", "22423", 1, at=datetime(2010, 6, 2, 9, 0)))  # noqa: DTZ001
    assert [day.orders[0].channel_order_id for day in days] == ["500001", "500001-2"]


_ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=150)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.builds(
            InvoiceLine,
            st.just(0),
            _ANY.filter(bool),
            _ANY.filter(bool),
            _ANY,
            st.integers(-(10**12), 10**12),
            st.just(NOON),
            st.decimals(-(10**10) + 1, 10**10 - 1, allow_nan=False, allow_infinity=False),
            _ANY,
            st.sampled_from(["United Kingdom", "EIRE", ""]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_stands_in_a_row_an_order_made_of_it_is_one_the_desk_accepts(rows: list[InvoiceLine]) -> None:
    days, _ = _live(*rows)
    for day in days:
        assert all(isinstance(parse_order(order), SubmitOrder) for order in day.orders)
        for item in day.new_items:
            assert sku(item.sku)
            assert world.item_definition(item).name.strip()


def test_a_customer_lives_in_one_place() -> None:
    gazetteer, again = Gazetteer(home_cities()), Gazetteer(home_cities())
    places = {n: gazetteer.place(str(n), "United Kingdom") for n in range(300)}
    assert places == {n: again.place(str(n), "United Kingdom") for n in reversed(range(300))}
    assert len(set(places.values())) > 20
    assert gazetteer.place("1", "EIRE").country == "IE"  # type: ignore[union-attr]


def test_the_week_is_the_files_own() -> None:
    assert trading_weekdays([date(2010, 6, d) for d in (1, 2, 3, 4, 6, 7, 8)]) == "1111101"


def test_the_whole_year_is_accounted_for_row_by_row(shared_data: Path) -> None:
    account = Account()
    days = by_day(read_invoices(shared_data / "online_retail_2009_2010" / "online_retail_2009_2010.csv.xz"), account)
    reader = Interpreter(Gazetteer(home_cities()), account)
    orders = lines = 0
    for day, rows in days.items():
        lived = reader.day(day, rows)
        orders += len(lived.orders)
        lines += lived.lines
    assert account.balances
    assert (account.rows, len(days)) == (525_461, 307)
    assert (orders, lines, account.order_lines) == (20_584, 509_625, 509_625)
    assert (account.charges, account.credit_lines, account.corrections) == (1_939, 7_966, 2_743)
    assert account.odd["an adjustment of the accounts, no trade in goods"] == 3
    assert len(account.odd_rows) == sum(account.odd.values()) == 3_188
