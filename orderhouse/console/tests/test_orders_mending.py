"""Invalid orders corrected in place, and orders placed by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orderhouse.console.oms.mending import mend, sheet
from orderhouse.console.tests.test_orders_queue import POLYGLOT
from orderhouse.oms.channels.queries import channels
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.orders.parse_order import parse_order
from orderhouse.oms.orders.queries import invalid_order, order_detail

WRONG: dict[str, Any] = {
    "channel": "WEB",
    "channel_order_id": "77",
    "placed_at": "2026-03-02T09:00:00Z",
    "currency": "EUR",
    "ship_to": {"name": "Ada", "country": "UK", "lines": ["1 Mile End"], "door": "blue"},
    "lines": [{"sku": "A", "quantity": "2", "unit_price": "1.00"}, {"sku": "ZZZ", "quantity": 1, "colour": "red"}],
    "charges": [{"kind": "shipping", "description": "Post", "amount": "4.95"}],
}


def kept(shop: Any, order: Any = WRONG) -> int:
    (answer,) = capture_orders(by=shop.by, submissions=[order])
    assert answer.invalid_id, answer
    return answer.invalid_id


def typed_as_shown(payload: dict[str, Any]) -> dict[str, str]:
    """What a browser sends back of the form, untouched."""
    form = sheet(payload, [])
    inputs = [*form.head.values(), *form.ship_to.values(), *form.customer.values()]
    inputs += [field for line in form.lines for _, field in line.cells]
    return {field.path: field.text for field in inputs}


def test_each_reason_stands_at_its_field_and_none_is_lost(shop: Any) -> None:
    reasons = [problem.as_dict() for problem in parse_order(WRONG)]  # type: ignore[union-attr]
    form = sheet(WRONG, reasons)
    assert form.ship_to["country"].faults
    assert form.lines[0].fields["quantity"].faults
    assert [field.path for field in form.kept] == ["charges", "ship_to.door"]
    assert form.kept[1].faults
    assert form.lines[1].unknown[0].path == "lines[1].colour"
    told = [f for part in (form.head, form.ship_to, form.customer) for field in part.values() for f in field.faults]
    told += [f for line in form.lines for _, field in line.cells for f in field.faults]
    told += [f for line in form.lines for field in line.unknown for f in field.faults]
    told += [f for field in form.kept for f in field.faults] + list(form.general)
    assert sorted(f["field"] for f in told) == sorted(r["field"] for r in reasons)


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"lines": "three"},
        {"lines": [1, None, [2]]},
        {"ship_to": [], "customer": "Ada"},
        {"channel": {"a": 1}, "priority": 1.5},
    ],
)
def test_a_form_sent_back_untouched_changes_nothing_it_does_not_know(odd: dict[str, Any]) -> None:
    payload = {**{k: v for k, v in WRONG.items() if k != "lines"}, **odd}
    before = copy.deepcopy(payload)
    assert mend(payload, typed_as_shown(payload)) == before
    assert payload == before


def test_it_is_corrected_in_place_and_what_was_not_touched_is_kept(shop: Any, browser: Callable[..., Client]) -> None:
    invalid_id = kept(shop)
    desk = browser("order_desk")
    typed = typed_as_shown(WRONG) | {"ship_to.country": "GB", "ship_to.name": POLYGLOT, "lines[1].sku": "B"}
    again = desk.post(f"/invalid/{invalid_id}", typed | {"lines[0].quantity": "two"})
    assert again.status_code == 422
    form = again.context["sheet"]
    assert form.lines[0].fields["quantity"].text == "two"
    assert form.lines[0].fields["quantity"].faults
    assert form.ship_to["name"].text == POLYGLOT
    assert not form.ship_to["country"].faults
    assert b"<sVg/" not in again.content
    assert invalid_order(shop.by.tenant_id, invalid_id).payload == WRONG
    final = typed | {"currency": "GBP", "drop:ship_to.door": "on", "drop:lines[1].colour": "on"}
    placed = desk.post(f"/invalid/{invalid_id}", final)
    assert placed.status_code == 302, placed.content
    order = order_detail(shop.by.tenant_id, "WEB-77")
    assert [(line.sku, line.ordered) for line in order.lines] == [("A", 2), ("B", 1)]
    assert order.ship_to["name"] == POLYGLOT
    assert [charge.description for charge in order.charges] == ["Post"]
    assert invalid_order(shop.by.tenant_id, invalid_id).state == "replayed"
    assert POLYGLOT.encode() not in desk.get(placed["Location"]).content


def test_lines_are_left_out_and_added(shop: Any, browser: Callable[..., Client]) -> None:
    invalid_id = kept(shop)
    typed = typed_as_shown(WRONG) | {"ship_to.country": "GB", "currency": "GBP", "drop:ship_to.door": "on", "drop:lines[1]": "on"}
    browser("order_desk").post(f"/invalid/{invalid_id}", typed | {"new.sku": "C", "new.quantity": "4", "new.unit_price": "9.99"})
    assert [(line.sku, line.ordered) for line in order_detail(shop.by.tenant_id, "WEB-77").lines] == [("A", 2), ("C", 4)]


def test_what_is_no_order_at_all_is_shown_raw_and_can_be_discarded(shop: Any, browser: Callable[..., Client]) -> None:
    invalid_id = kept(shop, ["not", "an", "order", POLYGLOT])
    desk = browser("order_desk")
    page = desk.get(f"/invalid/{invalid_id}")
    assert page.context["sheet"] is None
    assert b"<sVg/" not in page.content
    assert desk.post(f"/invalid/{invalid_id}/replay", {"payload": "{"}).status_code == 422
    desk.post(f"/invalid/{invalid_id}/discard", {"reason": "noise"})
    assert desk.get("/invalid").context["rows"] == []
    assert dict(desk.get("/invalid").context["states"])["discarded"] == 1
    assert browser("auditor").get(f"/invalid/{invalid_id}").status_code == 200


# --- Placing an order ----------------------------------------------------------------------------------------------------

FORM = {
    "key": "260302-ABCDE",
    "channel": "DESK",
    "ship_to.name": "Ada Byron",
    "ship_to.lines": "1 Mile End\r\nFlat 2",
    "ship_to.city": "London",
    "ship_to.country": "GB",
    "customer.email": "ada@example.com",
    "lines[0].sku": "A",
    "lines[0].quantity": "2",
    "lines[0].unit_price": "4.50",
    "lines[1].sku": "",
    "lines[1].quantity": "",
    "lines[4].sku": "C",
    "lines[4].quantity": "1",
    "lines[4].unit_price": "2",
}


def test_an_order_is_placed_by_hand_once_however_often_it_is_sent(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    desk = browser("order_desk")
    first, second = desk.post("/orders/place", FORM), desk.post("/orders/place", FORM)
    assert first["Location"] == second["Location"]
    order = desk.get(first["Location"]).context["order"]
    assert (order.number, order.channel, order.currency) == ("DESK-260302-ABCDE", "DESK", "GBP")
    assert [(line.sku, line.ordered, line.reserved) for line in order.lines] == [("A", 2, 2), ("C", 1, 0)]
    assert order.ship_to["lines"] == ["1 Mile End", "Flat 2"]
    assert [c.kind for c in channels(shop.by.tenant_id).values() if c.code == "DESK"] == ["manual"]
    other = desk.post("/orders/place", FORM | {"lines[0].quantity": "3"})
    assert other.status_code == 409
    assert other.context["key"] != FORM["key"]
    assert len(desk.get("/orders").context["rows"]) == 1


def test_it_is_shown_when_and_from_where_it_would_ship_and_nothing_remains(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    desk = browser("order_desk")
    answer = desk.post("/orders/place/check", FORM)
    plan = answer.context["plan"]
    assert [shipment["node"] for shipment in plan.shipments] == ["MAIN"]
    assert (plan.waiting, plan.cost > 0) == (1, True)
    assert desk.get("/orders").context["rows"] == []
    assert shop.promised("A") == {"available": 3}
    assert all(c.code != "DESK" for c in channels(shop.by.tenant_id).values())
    assert b"Choose a country" in desk.post("/orders/place/check", {**FORM, "ship_to.country": ""}).content


def test_what_is_mistyped_is_told_at_its_field_and_not_kept_as_an_invalid_order(
    shop: Any, browser: Callable[..., Client]
) -> None:
    desk = browser("order_desk")
    answer = desk.post("/orders/place", FORM | {"lines[0].sku": POLYGLOT[:60], "lines[4].quantity": "none", "ship_to.name": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "there is no item" in page or "is not a whole number" in page
    assert "<sVg/" not in page
    assert desk.get("/invalid").context["rows"] == []
    again = desk.post("/orders/place", FORM | {"lines[4].quantity": "none"})
    assert again.context["rows"][1]["cells"] == {"sku": "C", "quantity": "none", "unit_price": "2"}
    assert again.context["rows"][1]["faults"]["quantity"]


def test_a_payment_hold_keeps_it_from_the_floor(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    desk = browser("order_desk")
    where = desk.post("/orders/place", FORM | {"hold": "payment"})["Location"]
    order = desk.get(where).context["order"]
    assert (order.state, [hold.kind for hold in order.holds]) == ("held", ["payment"])


def test_items_are_found_by_sku_name_and_barcode_with_what_is_free(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "B", 7)
    desk = browser("order_desk")

    def found(text: str, channel: str = "") -> list[tuple[str, int]]:
        items = desk.get("/orders/place/items", {"q": text, "channel": channel}).json()["items"]
        return [(item["sku"], item["free"]) for item in items]

    assert found("b") == [("B", 7)]
    assert found("tem B") == [("B", 7)]
    assert found("b", "CAREFUL") == [("B", 3)]
    assert len(found("item")) == 3
    assert found("%") == found("\x00") == found(POLYGLOT) == []
    assert browser("auditor").get("/orders/place/items?q=b").status_code == 403
