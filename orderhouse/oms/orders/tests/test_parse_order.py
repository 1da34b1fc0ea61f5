"""What a raw order must look like, and how everything wrong with it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.oms.orders.countries import COUNTRIES
from orderhouse.oms.orders.parse_order import Problem, keepable, order_key, parse_order


def raw(**changes: Any) -> dict[str, Any]:
    order = {
        "channel": "WEB",
        "channel_order_id": "A-1",
        "placed_at": "2026-11-02T10:30:00+01:00",
        "currency": "GBP",
        "ship_to": {
            "name": "Ada Byron",
            "country": "GB",
            "lines": ["12 St James's Sq"],
            "city": "London",
            "postal_code": "SW1Y 4JH",
        },
        "lines": [{"sku": "CUP", "quantity": 2, "unit_price": "4.50"}, {"sku": "TEA", "quantity": 1, "unit_price": 3}],
    }
    return {name: value for name, value in (order | changes).items() if value is not KeyError}


def line(**changes: Any) -> dict[str, Any]:
    return raw(lines=[{"sku": "CUP", "quantity": 2, "unit_price": "4.50"} | changes])


def problems(order: object) -> dict[str, Problem]:
    answer = parse_order(order)
    assert isinstance(answer, list), answer
    return {problem.field: problem for problem in answer}


def test_a_right_order_becomes_a_message() -> None:
    order = parse_order(raw(charges=[{"kind": "shipping", "description": "Post", "amount": 3.95}], holds=["fraud", "fraud"]))
    assert isinstance(order, SubmitOrder)
    assert order.placed_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert [(row.line_number, row.sku, row.quantity, row.unit_price) for row in order.lines] == [
        (1, "CUP", 2, Decimal("4.50")),
        (2, "TEA", 1, Decimal(3)),
    ]
    assert order.charges[0].amount == Decimal("3.95")
    assert order.holds == ("fraud",)


def test_a_message_reads_as_itself() -> None:
    order = parse_order(raw(customer={"email": "ada@example.org"}))
    assert isinstance(order, SubmitOrder)
    assert parse_order(order) == order
    assert parse_order(json.loads(orjson.dumps(keepable(order)))) == order


@pytest.mark.parametrize(
    "quantity", [0, -1, 10**12, pytest.param(10**5000, id="5001 digits"), True, 1.5, 1.0, "3", None, [], {}, float("nan")]
)
def test_a_quantity_is_a_whole_number_from_1(quantity: object) -> None:
    found = problems(line(quantity=quantity))
    assert list(found) == ["lines[0].quantity"]
    assert found["lines[0].quantity"].remedy


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (raw(currency="gbp"), "currency"),
        (raw(currency="POUNDS"), "currency"),
        (raw(currency=""), "currency"),
        (raw(currency=KeyError), "currency"),
        (raw(channel=KeyError), "channel"),
        (raw(channel=" WEB"), "channel"),
        (raw(channel_order_id=""), "channel_order_id"),
        (raw(channel_order_id=17), "channel_order_id"),
        (raw(channel_order_id="x" * 129), "channel_order_id"),
        (raw(channel_order_id="a\x00b"), "channel_order_id"),
        (raw(placed_at="yesterday"), "placed_at"),
        (raw(placed_at="2026-11-02T10:30:00"), "placed_at"),
        (raw(placed_at="2026-02-30T10:30:00Z"), "placed_at"),
        (raw(placed_at="0001-01-01T00:00:00+14:00"), "placed_at"),
        (raw(placed_at=1762075800), "placed_at"),
        (raw(placed_at=KeyError), "placed_at"),
        (raw(lines=[]), "lines"),
        (raw(lines=None), "lines"),
        (raw(lines=KeyError), "lines"),
        (raw(lines="CUP"), "lines"),
        (raw(lines=["CUP"]), "lines[0]"),
        (raw(lines=[{"sku": "CUP", "quantity": 1}] * 20_001), "lines"),
        (line(sku=""), "lines[0].sku"),
        (line(sku="x" * 65), "lines[0].sku"),
        (line(sku="CUP\n"), "lines[0].sku"),
        (line(sku="\ud800"), "lines[0].sku"),
        (line(unit_price=-1), "lines[0].unit_price"),
        (line(unit_price="-0.01"), "lines[0].unit_price"),
        (line(unit_price="4,50"), "lines[0].unit_price"),
        (line(unit_price="NaN"), "lines[0].unit_price"),
        (line(unit_price=float("inf")), "lines[0].unit_price"),
        (line(unit_price=1e300), "lines[0].unit_price"),
        (line(unit_price="1e999999"), "lines[0].unit_price"),
        (line(unit_price="1.00001"), "lines[0].unit_price"),
        (line(unit_price=True), "lines[0].unit_price"),
        (line(unit_prise="4.50"), "lines[0].unit_prise"),
        (line(line_number=0), "lines[0].line_number"),
        (line(line_number="1"), "lines[0].line_number"),
        (raw(ship_to=KeyError), "ship_to"),
        (raw(ship_to="London"), "ship_to"),
        (raw(ship_to={"name": "Ada"}), "ship_to.country"),
        (raw(ship_to={"name": "Ada", "country": "gb"}), "ship_to.country"),
        (raw(ship_to={"name": "Ada", "country": "UK"}), "ship_to.country"),
        (raw(ship_to={"name": " ", "country": "GB"}), "ship_to.name"),
        (raw(ship_to={"name": "Ada", "country": "GB", "latitude": 51.5}), "ship_to.latitude"),
        (raw(ship_to={"name": "Ada", "country": "GB", "latitude": 151.5, "longitude": 0}), "ship_to.latitude"),
        (raw(ship_to={"name": "Ada", "country": "GB", "lines": "12 St James's Sq"}), "ship_to.lines"),
        (raw(customer="Ada"), "customer"),
        (raw(customer={"email": "ada at example"}), "customer.email"),
        (raw(charges=[{"kind": "tip", "amount": 1}]), "charges[0].kind"),
        (raw(charges=[{"kind": "tax"}]), "charges[0].amount"),
        (raw(holds=["because"]), "holds[0]"),
        (raw(holds="fraud"), "holds"),
        (raw(priority=100), "priority"),
        (raw(service=5), "service"),
        ([raw()], ""),
        (None, ""),
    ],
)
def test_each_fault_is_named_by_its_field(order: object, field: str) -> None:
    found = problems(order)
    assert list(found) == [field]
    assert found[field].reason
    assert len(found[field].reason) < 200


def test_every_problem_is_told_at_once() -> None:
    order = line(quantity=0, sku="", unit_price=-1) | {"currency": "x", "ship_to": {"name": ""}}
    assert problems(order).keys() == {
        "currency",
        "ship_to.country",
        "ship_to.name",
        "lines[0].sku",
        "lines[0].quantity",
        "lines[0].unit_price",
    }


def test_a_line_number_stands_once() -> None:
    rows = [{"line_number": n, "sku": "CUP", "quantity": 1} for n in (1, 2, 1)]
    found = problems(raw(lines=rows))
    assert list(found) == ["lines[2].line_number"]
    assert "lines[0]" in found["lines[2].line_number"].reason


def test_a_misspelled_field_is_told_what_was_meant() -> None:
    assert problems(line(unit_prise=1))["lines[0].unit_prise"].remedy == "Did you mean unit_price?"


def test_ten_thousand_lines_are_an_order() -> None:
    order = parse_order(raw(lines=[{"sku": f"S{n}", "quantity": 1} for n in range(10_000)]))
    assert isinstance(order, SubmitOrder)
    assert len(order.lines) == 10_000


def test_the_key_of_a_broken_order_is_read_as_far_as_it_can_be() -> None:
    assert order_key(raw(lines=None)) == ("WEB", "A-1")
    assert order_key({"channel": 5, "channel_order_id": "\x00"}) == ("", "")
    assert order_key("no order") == ("", "")


def test_countries_are_the_249_of_iso_3166_and_kosovo() -> None:
    assert len(COUNTRIES) == 250
    assert {"GB", "DE", "US", "XK"} < COUNTRIES
    assert "UK" not in COUNTRIES


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*raw(), "customer", "charges", "holds", "priority", "service"]), _junk, st.booleans())
def test_whatever_is_sent_is_answered_and_can_be_kept(field: str, junk: object, deep: bool) -> None:
    order = raw(lines=[raw()["lines"][0] | {"quantity": junk}]) | {field: [junk] if deep else junk}
    answer = parse_order(order)
    if isinstance(answer, list):
        assert answer
        orjson.dumps([problem.as_dict() for problem in answer])
    kept = orjson.dumps(keepable(order), option=orjson.OPT_NON_STR_KEYS)
    assert b"\\u0000" not in kept.replace(b"\\\\u0000", b"")
