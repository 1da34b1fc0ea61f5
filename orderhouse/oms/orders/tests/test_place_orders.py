"""Capture: each order once, whatever comes twice, wrong, or at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.queries import owners
from orderhouse.contract.events import story
from orderhouse.contract.messages.orders import Address, Charge, Customer
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.orders.discard_invalid_order import discard_invalid_order
from orderhouse.oms.orders.place_orders import place_orders
from orderhouse.oms.orders.queries import (
    counts_by_state,
    find_orders,
    invalid_order,
    invalid_orders,
    list_orders,
    order_detail,
)
from orderhouse.oms.orders.replay_invalid_order import InvalidOrderSettled, OrderStillInvalid, replay_invalid_order
from orderhouse.oms.orders.tests.shop import Shop, Statements, race


@pytest.fixture
def shop(business: Any) -> Shop:
    return Shop(business)


def raw(channel_order_id: str = "R-1", **changes: Any) -> dict[str, Any]:
    return {
        "channel": "WEB",
        "channel_order_id": channel_order_id,
        "placed_at": "2026-11-02T08:30:00Z",
        "currency": "GBP",
        "ship_to": {"name": "Ada Byron", "country": "GB"},
        "lines": [{"sku": "CUP", "quantity": 2, "unit_price": "4.50"}],
    } | changes


def test_an_order_is_kept_as_it_was_submitted(shop: Shop) -> None:
    order = shop.submission(
        "A-1",
        ("CUP", 2),
        ("TEA", 1),
        customer=Customer("77", "Ada Byron", "Ada@Example.org", "+44 20"),
        charges=(Charge("shipping", "Post", Decimal("3.95")), Charge("discount", "Autumn", Decimal("-1.00"))),
    )
    (placed,) = place_orders(by=shop.by, submissions=[order])
    assert (placed.outcome, placed.number, placed.state) == ("placed", "WEB-A-1", "received")
    assert placed.order_id is not None
    kept = order_detail(shop.tenant_id, placed.order_id)
    assert [(line.line_number, line.sku, line.ordered, line.backordered, line.unit_price) for line in kept.lines] == [
        (1, "CUP", 2, 2, Decimal("4.50")),
        (2, "TEA", 1, 1, Decimal("4.50")),
    ]
    assert kept.total == Decimal("16.45")
    assert kept.ship_to["lines"] == ["12 St James's Sq"]
    assert (kept.customer_name, kept.customer_email) == ("Ada Byron", "ada@example.org")
    assert (kept.priority, kept.service, kept.received_at) == (50, "standard", shop.by.at)
    assert [event.type for event in kept.story] == ["order-placed"]
    assert kept.story[0].facts["units"] == 3
    assert {action.name: action.why_not for action in kept.actions if not action.allowed} == {
        "lift_holds": "no hold is open",
        "release": "nothing is reserved",
        "authorize_return": "nothing has shipped",
    }


def test_a_repeat_answers_the_first_order_and_writes_nothing(shop: Shop) -> None:
    order = shop.submission("A-1")
    (first,) = place_orders(by=shop.by, submissions=[order])
    (again,) = place_orders(by=shop.later(5), submissions=[order])
    assert again == replace(first, outcome="duplicate")
    assert (shop.count("oms_order"), shop.count("oms_order_line"), shop.count("contract_event")) == (1, 1, 1)


def test_a_repeat_that_says_something_else_is_told_so_and_changes_nothing(shop: Shop) -> None:
    place_orders(by=shop.by, submissions=[shop.submission("A-1", ("CUP", 2))])
    changed = shop.submission("A-1", ("CUP", 3), ship_to=Address("Eve", "GB"))
    (other,) = place_orders(by=shop.by, submissions=[changed])
    assert other.outcome == "duplicate"
    assert "another address" in other.note
    assert "line 1" in other.note
    (broken,) = place_orders(by=shop.by, submissions=[raw("A-1", lines=[])])
    assert broken.outcome == "duplicate"
    assert "malformed" in broken.note
    assert order_detail(shop.tenant_id, "WEB-A-1").lines[0].ordered == 2


def test_the_same_id_twice_in_a_batch_is_placed_once(shop: Shop) -> None:
    answers = place_orders(
        by=shop.by,
        submissions=[raw("A", lines=[]), shop.submission("A"), shop.submission("A", ("TEA", 9)), shop.submission("B")],
    )
    assert [answer.outcome for answer in answers] == ["invalid", "placed", "duplicate", "placed"]
    assert answers[2].order_id == answers[1].order_id
    assert "line 1" in answers[2].note
    assert shop.count("oms_order") == 2
    assert invalid_orders(shop.tenant_id) == []  # the right one that came with it settled it


def test_two_channels_may_use_the_same_id(shop: Shop) -> None:
    answers = place_orders(by=shop.by, submissions=[shop.submission("A"), shop.submission("A", channel="MARKET")])
    assert [answer.number for answer in answers] == ["WEB-A", "MARKET-A"]
    assert [row.priority for row in list_orders(shop.tenant_id, channel="MARKET").orders] == [20]


def test_connections_that_place_the_same_orders_at_once_place_each_once(shop: Shop) -> None:
    batch = [
        shop.submission(f"A-{n}", ("CUP", 1), ("TEA", 2), customer=Customer(email=f"c{n % 3}@example.org")) for n in range(40)
    ]
    for turn in range(3):
        orders = [replace(order, channel_order_id=f"{turn}-{order.channel_order_id}") for order in batch]
        sequences = (orders, orders[::-1], orders[20:] + orders[:20])
        answers = race(*(partial(place_orders, by=shop.by, submissions=sequence) for sequence in sequences))
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        outcomes = sorted(placed.outcome for answer in answers for placed in answer)
        assert outcomes == ["duplicate"] * 80 + ["placed"] * 40
        ids = [{(placed.channel_order_id, placed.order_id) for placed in answer} for answer in answers]
        assert ids[0] == ids[1] == ids[2]
    assert (shop.count("oms_order"), shop.count("oms_order_line"), shop.count("contract_event")) == (120, 240, 120)
    assert shop.count("oms_customer") == 3
    assert not shop.defects()


def test_a_batch_of_any_size_costs_the_same_statements(shop: Shop) -> None:
    counts = []
    for size in (1, 50):
        with Statements() as statements:
            place_orders(
                by=shop.by,
                submissions=[
                    shop.submission(f"{size}-{n}", ("CUP", 1), ("TEA", 1), customer=Customer(email=f"{size}-{n}@example.org"))
                    for n in range(size)
                ],
            )
        counts.append(len(statements.sent))
    assert counts == [6, 6]


def test_what_is_wrong_is_kept_whole_with_every_reason_and_holds_up_nobody(shop: Shop) -> None:
    answers = place_orders(
        by=shop.by,
        source="file",
        submissions=[
            raw("W-1", lines=[{"sku": "NOPE", "quantity": 0}, {"sku": "CUP\x00", "quantity": 1}], currency="euro"),
            shop.submission("OK"),
            shop.submission("W-2", ("NOPE", 1), ("CUP", 1), currency="EUR"),
            shop.submission("W-3", channel="ELSEWHERE"),
            "no order at all",  # type: ignore[list-item]
        ],
    )
    assert [answer.outcome for answer in answers] == ["invalid", "placed", "invalid", "invalid", "invalid"]
    assert [problem.field for problem in answers[0].reasons] == ["currency", "lines[0].quantity", "lines[1].sku"]
    assert [problem.field for problem in answers[2].reasons] == ["currency", "lines[0].sku"]
    assert all(problem.remedy for answer in answers for problem in answer.reasons)
    kept = invalid_orders(shop.tenant_id)
    assert {row.id for row in kept} == {answer.invalid_id for answer in answers if answer.invalid_id}
    by_id = {row.id: row for row in kept}
    assert by_id[answers[0].invalid_id or 0].payload["lines"][0] == {"sku": "NOPE", "quantity": 0}
    assert [by_id[answers[place].invalid_id or 0].source for place in (0, 3, 4)] == ["WEB", "file", "file"]
    assert len(by_id[answers[2].invalid_id or 0].reasons) == 2


def test_the_same_wrong_order_is_kept_once(shop: Shop) -> None:
    wrong = raw("W", lines=[])
    first = place_orders(by=shop.by, submissions=[wrong, wrong])
    again = place_orders(by=shop.later(1), submissions=[wrong])
    assert {answer.invalid_id for answer in [*first, *again]} == {first[0].invalid_id}
    assert shop.count("oms_invalid_order") == 1


def test_a_later_right_submission_settles_the_wrong_one(shop: Shop) -> None:
    (wrong,) = place_orders(by=shop.by, submissions=[raw("W", lines=[])])
    (right,) = place_orders(by=shop.later(1), submissions=[raw("W")])
    assert right.outcome == "placed"
    kept = invalid_order(shop.tenant_id, wrong.invalid_id or 0)
    assert (kept.state, kept.order_id) == ("replayed", right.order_id)


def test_an_invalid_order_is_replayed_once_the_catalog_knows_its_item(shop: Shop) -> None:
    (wrong,) = place_orders(by=shop.by, submissions=[shop.submission("W", ("LAMP", 1))])
    assert wrong.invalid_id is not None
    with pytest.raises(OrderStillInvalid) as refusal:
        replay_invalid_order(by=shop.by, invalid_id=wrong.invalid_id)
    assert refusal.value.facts["problems"][0]["field"] == "lines[0].sku"
    with unit_of_work(shop.tenant_id):
        owner = next(iter(owners(shop.tenant_id).values())).code
    define_items(by=shop.by, items=[ItemDefinition(owner, "LAMP", "Lamp")])
    placed = replay_invalid_order(by=shop.by, invalid_id=wrong.invalid_id)
    assert placed.outcome == "placed"
    assert order_detail(shop.tenant_id, placed.order_id or 0).lines[0].sku == "LAMP"
    with pytest.raises(InvalidOrderSettled):
        replay_invalid_order(by=shop.by, invalid_id=wrong.invalid_id)


def test_an_invalid_order_is_replayed_as_mended_by_hand(shop: Shop) -> None:
    (wrong,) = place_orders(by=shop.by, submissions=[{"lines": "?"}])
    assert wrong.invalid_id is not None
    with pytest.raises(OrderStillInvalid):
        replay_invalid_order(by=shop.by, invalid_id=wrong.invalid_id, payload=raw("M", lines=[]))
    assert [row.id for row in invalid_orders(shop.tenant_id)] == [wrong.invalid_id]
    placed = replay_invalid_order(by=shop.by, invalid_id=wrong.invalid_id, payload=raw("M"))
    assert (placed.outcome, placed.number) == ("placed", "WEB-M")
    assert invalid_order(shop.tenant_id, wrong.invalid_id).order_id == placed.order_id


def test_a_discarded_order_is_kept_with_who_and_why(shop: Shop) -> None:
    (wrong,) = place_orders(by=shop.by, submissions=[raw("W", lines=[])])
    assert wrong.invalid_id is not None
    with pytest.raises(InvalidInput):
        discard_invalid_order(by=shop.by, invalid_id=wrong.invalid_id, reason=" ")
    discard_invalid_order(by=shop.by, invalid_id=wrong.invalid_id, reason="a test of theirs")
    assert invalid_order(shop.tenant_id, wrong.invalid_id).state == "discarded"
    assert story(shop.tenant_id, "invalid_order", wrong.invalid_id)[0].facts == {"reason": "a test of theirs"}
    with pytest.raises(InvalidOrderSettled):
        discard_invalid_order(by=shop.by, invalid_id=wrong.invalid_id, reason="again")
    with pytest.raises(NotFound):
        discard_invalid_order(by=shop.by, invalid_id=1, reason="none")


def test_holds_asked_for_stand_from_the_first_moment(shop: Shop) -> None:
    (placed,) = place_orders(by=shop.by, submissions=[shop.submission("H", holds=("fraud", "payment"))])
    assert placed.state == "held"
    kept = order_detail(shop.tenant_id, placed.order_id or 0)
    assert sorted(hold.kind for hold in kept.holds) == ["fraud", "payment"]
    assert {action.name: action.why_not for action in kept.actions}["release"] == "2 holds are open"


def test_an_order_of_ten_thousand_lines_is_placed(shop: Shop) -> None:
    (placed,) = place_orders(by=shop.by, submissions=[shop.submission("BIG", *[("CUP", 1)] * 10_000)])
    assert placed.outcome == "placed"
    assert shop.count("oms_order_line") == 10_000


def test_pages_neither_skip_nor_repeat_while_orders_come_in(shop: Shop) -> None:
    for n in range(7):
        place_orders(by=shop.later(n // 2), submissions=[shop.submission(f"P{n}")])
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = list_orders(shop.tenant_id, limit=2, cursor=cursor)
        seen += [order.channel_order_id for order in page.orders]
        place_orders(by=shop.later(60), submissions=[shop.submission(f"new-{len(seen)}")])
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == [f"P{n}" for n in range(7)]
    assert seen[0] == "P6"
    with pytest.raises(InvalidInput):
        list_orders(shop.tenant_id, cursor="nonsense")


def test_an_order_is_found_by_whatever_is_at_hand(shop: Shop) -> None:
    orders = [
        shop.submission("F-1", ("CUP", 1), customer=Customer(email="Ada@Example.org")),
        shop.submission("F-2", ("POT", 1), customer=Customer(reference="77", email="ada@example.org")),
    ]
    place_orders(by=shop.by, submissions=orders)
    found = {
        text: {(match.number, match.matched_by) for match in find_orders(shop.tenant_id, text)}
        for text in ("WEB-F-1", "F-2", "ADA@example.org", "WEB/77", "POT", "nothing", "")
    }
    assert found == {
        "WEB-F-1": {("WEB-F-1", "number")},
        "F-2": {("WEB-F-2", "channel order id")},
        "ADA@example.org": {("WEB-F-1", "email"), ("WEB-F-2", "email")},
        "WEB/77": {("WEB-F-2", "email")},
        "POT": {("WEB-F-2", "sku")},
        "nothing": set(),
        "": set(),
    }
    assert [order.number for order in list_orders(shop.tenant_id, search="POT").orders] == ["WEB-F-2"]
    assert list_orders(shop.tenant_id, search="nothing").orders == ()
    assert counts_by_state(shop.tenant_id) == {"received": 2}
    assert [order.number for order in list_orders(shop.tenant_id, states=["held"]).orders] == []


def test_an_order_placed_long_ago_keeps_its_own_time(shop: Shop) -> None:
    then = shop.by.at - timedelta(days=4000)
    place_orders(by=shop.by, submissions=[shop.submission("OLD", placed_at=then)])
    assert order_detail(shop.tenant_id, "WEB-OLD").placed_at == then
    with pytest.raises(NotFound):
        order_detail(shop.tenant_id, "WEB-NEW")
