"""The order's page: the customer's questions answered, every unit in its place, every event with who and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.console.oms.order_answers import answers
from orderhouse.console.oms.order_story import tell
from orderhouse.console.oms.order_units import standings
from orderhouse.console.sentences import WHY, sentence, why
from orderhouse.console.tests.test_order_page_acts import ship, stocked
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ReleaseAccepted, ReleaseProgressed
from orderhouse.oms.orders.cancel_orders import cancel_orders
from orderhouse.oms.orders.hold_orders import hold_orders
from orderhouse.oms.orders.lift_holds import lift_holds
from orderhouse.oms.orders.queries import order_detail
from orderhouse.oms.releases.release_orders import release_orders

Browser = Callable[..., Client]
NASTY = "<script>alert(1)</script>'\"{{ 7*7 }}"


def answered(shop: Any, order_id: int, **later: float) -> list[str]:
    order = order_detail(shop.business.tenant_id, order_id)
    found = [each for line in order.lines for each in standings(line, order.releases)]
    return [said.answer for said in answers(order, found, now=shop.by.at + timedelta(**later), due=None)]


def test_the_three_questions_are_answered_as_the_order_goes_on(shop: Any) -> None:
    order_id = stocked(shop)
    shipped, arrives, cancellable = answered(shop, order_id)
    assert shipped == "Not yet: 5 units reserved at MAIN."
    assert arrives.startswith("On ")
    assert cancellable == "Yes: 5 units at once."
    hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd")
    assert answered(shop, order_id)[0] == "No: 5 units reserved at MAIN; the order is held."
    lift_holds(by=shop.by, order_ids=[order_id])
    assert "late" in answered(shop, order_id, days=30)[1]
    ship(shop, order_id)
    shipped, _, cancellable = answered(shop, order_id)
    assert shipped.startswith("Yes: 5 units left MAIN on ")
    assert "royal mail" in shipped
    assert cancellable == "No, it has left. It can come back: authorize a return."


def test_a_cancelled_and_a_waiting_order_are_answered_too(shop: Any) -> None:
    waiting = shop.order({"C": 2})
    assert answered(shop, waiting) == [
        "Not yet: 2 units waiting for stock.",
        "2 units wait, and no stock is announced.",
        "Yes: 2 units at once.",
    ]
    cancel_orders(by=shop.by, order_ids=[waiting], reason="no longer wanted")
    assert answered(shop, waiting) == ["No, it was cancelled.", "It does not: it was cancelled.", "It is cancelled."]


def test_the_page_shows_where_every_unit_stands_and_filters_its_lines(shop: Any, browser: Browser) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 5, "C": 1})
    desk = browser("order_desk")
    page = desk.get(f"/orders/{order_id}")
    assert {step.name: step.units for step in page.context["way"] if step.units} == {"ordered": 3, "reserved": 3}
    rows = desk.get(f"/orders/{order_id}?at=reserved").context["lines"]
    assert [row["line"].sku for row in rows] == ["A"]
    assert desk.get(f"/orders/{order_id}?at=packed").status_code == 200


def test_parcels_have_tracking_contents_and_weight(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    ship(shop, order_id)
    page = browser("auditor").get(f"/orders/{order_id}").content.decode()
    for expected in ("royalmail.com", "TRACK1", "340000000000000017", "1.20 kg", "2 × <code>A</code>"):
        assert expected in page


def test_every_event_has_a_who_and_a_why_and_the_message_behind_it(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd card")
    lift_holds(by=shop.by, order_ids=[order_id], reason="the bank called")
    (number,) = release_orders(by=shop.by, order_ids=[order_id])
    put(
        by=shop.by,
        source="wms",
        letters=[
            Letter("oms", number, ReleaseAccepted(number, "MAIN")),
            Letter("oms", number, ReleaseProgressed(number, "MAIN", "picking")),
        ],
    )
    told = browser("order_desk").get(f"/orders/{order_id}").context["told"]
    assert all(each.who and each.why and each.said for each in told)
    by_type = {each.type: each for each in told}
    assert by_type["order-held"].why == "odd card"
    assert by_type["holds-lifted"].why == "the bank called"
    assert [letter.type for letter in by_type["order-released"].letters] == ["ReleaseOrder"]
    assert {"release-accepted", "picking-started"} <= by_type.keys()
    floor = browser("order_desk").get(f"/orders/{order_id}?story=floor").context["told"]
    assert {each.kind for each in floor} == {"floor"}


def test_no_event_is_without_words_for_its_why() -> None:
    assert all(why(event_type, {}) for event_type in [*WHY, "moon-landed"])
    assert why("order-held", {"reason": " because "}) == "because"
    assert sentence("release-cancelled", {"lines": [{"line": 1, "quantity": 2}]}) == "The node gave back 2 units"
    assert tell([], []) == []


def test_an_order_of_two_hundred_lines_shows_fifty_and_all_when_asked(shop: Any, browser: Browser) -> None:
    skus = [f"L{n:03}" for n in range(200)]
    define_items(
        by=shop.by,
        items=[
            ItemDefinition("OWN", sku, "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung", weight_grams=100)
            for sku in skus
        ],
    )
    for sku in skus:
        shop.report("MAIN", sku, 2)
    order_id = shop.order(dict.fromkeys(skus, 1))
    desk = browser("order_desk")
    page = desk.get(f"/orders/{order_id}")
    assert (len(page.context["lines"]), page.context["hidden_lines"]) == (50, 150)
    assert len(desk.get(f"/orders/{order_id}?lines=all").context["lines"]) == 200
    assert desk.get(f"/orders/{order_id}/why").context["what_if"]["lines"] == []
    assert "200 units cancelled" in desk.get(f"/orders/{order_id}/cancel").content.decode()


def test_a_polyglot_in_every_field_does_no_harm(shop: Any, browser: Browser) -> None:
    from dataclasses import replace

    from orderhouse.oms.tests.shop import LONDON

    submission = replace(
        shop.submission({"A": 1}), ship_to=replace(LONDON, name=NASTY, company=NASTY, lines=(NASTY,), city=NASTY)
    )
    from orderhouse.oms.desk.capture_orders import capture_orders

    shop.report("MAIN", "A", 3)
    (placed,) = capture_orders(by=shop.by, submissions=[submission])
    desk = browser("order_desk")
    desk.post(f"/orders/{placed.order_id}/note", {"text": NASTY})
    desk.post(f"/orders/{placed.order_id}/hold", {"reason": NASTY})
    for path in ("", "/why", "/edit", "/cancel", "/lift"):
        page = desk.get(f"/orders/{placed.order_id}{path}").content.decode()
        assert "<script>alert" not in page, path
        assert path not in ("", "/why", "/lift") or "&lt;script&gt;alert(1)" in page, path
