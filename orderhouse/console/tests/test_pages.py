"""What the pages show, on real orders."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client

from orderhouse.catalog.open_business import open_business
from orderhouse.console import drawing
from orderhouse.console.sentences import sentence
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.orders.hold_orders import hold_orders


def test_home_counts_what_stands_where(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    shop.order({"A": 2})
    held = shop.order({"A": 1})
    hold_orders(by=shop.by, order_ids=[held], kind="fraud", reason="looks odd")
    shop.order({"C": 1})
    figures = browser("admin").get("/").context["figures"]
    assert (figures.stages["reserved"], figures.stages["held"], figures.backordered) == (1, 1, 1)
    assert figures.proof is None


def test_the_living_part_of_a_page_comes_without_the_rest(shop: Any, browser: Callable[..., Client]) -> None:
    answer = browser("admin").get("/", headers={"HX-Request": "true", "HX-Target": "live"})
    assert b"<html" not in answer.content
    assert b'class="river"' in answer.content


def test_the_list_of_orders_is_filtered_by_tab_and_searched_in_full(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 1)
    reserved, waiting = shop.order({"A": 1}), shop.order({"A": 4})
    admin = browser("admin")
    assert [order.id for order, _ in admin.get("/orders?tab=backordered").context["rows"]] == [waiting]
    rows = admin.get("/orders").context["rows"]
    assert {order.id: nodes for order, nodes in rows} == {reserved: ["MAIN"], waiting: []}
    number = next(order.number for order, _ in rows if order.id == reserved)
    assert [order.id for order, _ in admin.get("/orders", {"q": number}).context["rows"]] == [reserved]
    assert b"No order has the number" in admin.get("/orders", {"q": "nothing like it"}).content


def test_an_order_shows_its_units_its_node_and_its_story(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 5})
    text = browser("auditor").get(f"/orders/{order_id}").content.decode()
    for expected in ("3 reserved", "2 backordered", "MAIN", "chosen", "Reserved 3 units at MAIN, 2 units backordered"):
        assert expected in text


def test_another_business_order_does_not_exist_here(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 1})
    other = open_business(code=f"o-{uuid.uuid4().hex[:10]}", name="Other", at=shop.by.at)

    class Elsewhere:
        by = By(other.tenant_id, "tester", shop.by.at)

    from orderhouse.console.tests.conftest import make_person, sign_in_as

    stranger, _ = sign_in_as(make_person(Elsewhere, "admin"))
    answer = stranger.get(f"/orders/{order_id}")
    assert answer.status_code == 404
    assert b"There is no order" in answer.content
    assert stranger.post(f"/orders/{order_id}/cancel", {"reason": "mine now"}).status_code in (302, 404)
    assert shop.state(order_id) == "reserved"
    assert browser("admin").get(f"/orders/{order_id}").status_code == 200


def test_the_desk_holds_lifts_and_cancels(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 1})
    desk = browser("order_desk")
    desk.post(f"/orders/{order_id}/hold", {"reason": "call the customer"})
    assert shop.state(order_id) == "held"
    assert b"call the customer" in desk.get(f"/orders/{order_id}").content
    desk.post(f"/orders/{order_id}/lift")
    assert shop.state(order_id) == "released"
    other = shop.order({"A": 1})
    desk.post(f"/orders/{other}/cancel", {"reason": "twice by mistake"})
    assert shop.state(other) == "cancelled"


def test_an_invalid_order_is_shown_with_its_reasons_mended_and_replayed(shop: Any, browser: Callable[..., Client]) -> None:
    order: dict[str, Any] = {
        "channel": "WEB",
        "channel_order_id": "77",
        "placed_at": "2026-03-02T09:00:00Z",
        "currency": "GBP",
        "ship_to": {"name": "<script>alert(1)</script>", "country": "UK"},
        "lines": [{"sku": "A", "quantity": 1, "unit_price": "1.00"}],
    }
    (answer,) = capture_orders(by=shop.by, submissions=[order])
    desk = browser("order_desk")
    page = desk.get("/invalid").content.decode()
    assert "ship_to.country" in page
    assert "<script>alert" not in page
    mended = '{"channel": "WEB", "channel_order_id": "77", "placed_at": "2026-03-02T09:00:00Z", "currency": "GBP", '
    mended += '"ship_to": {"name": "Ada", "country": "GB"}, "lines": [{"sku": "A", "quantity": 1, "unit_price": "1.00"}]}'
    replayed = desk.post(f"/invalid/{answer.invalid_id}/replay", {"payload": mended})
    assert desk.get(replayed["Location"]).context["order"].number == "WEB-77"
    assert desk.get("/invalid").context["rows"] == []


def test_stock_adds_up_on_the_list_and_on_the_items_page(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "B", 9)
    shop.order({"B": 4})
    auditor = browser("auditor")
    (row,) = auditor.get("/stock?q=item+b").context["rows"]
    assert (row.on_hand, row.reserved, row.available) == (9, 4, 5)
    page = auditor.get(f"/stock/{row.item_id}")
    steps = next(steps for node, steps in page.context["nodes"] if node.code == "MAIN")
    assert [(step.label, step.units) for step in steps] == [("on hand", 9), ("reserved", 4), ("available", 5)]


def test_an_unknown_event_reads_as_its_own_name_and_never_fails() -> None:
    assert sentence("moon-landed", {}) == "Moon landed"
    assert sentence("order-sourced", {}) == "Order sourced"


def test_the_river_is_widest_where_most_orders_stand_and_never_dry() -> None:
    band = drawing.river([0, 100, 25, 900], open_stages=3)
    edges = [float(word) for word in band.path.replace("M", " ").replace("C", " ").replace("L", " ").replace("Z", "").split()]
    assert min(edges[1::2]) >= 0
    assert max(edges[1::2]) <= drawing.RIVER_HEIGHT
    assert band.middles == (175.0, 525.0, 875.0, 1225.0)


def test_a_track_fills_its_bar_whatever_the_units() -> None:
    pieces = drawing.track({"shipped": 1, "released": 0, "reserved": 2, "backordered": 4})
    assert [piece.kind for piece in pieces] == ["shipped", "reserved", "backordered"]
    assert abs(sum(piece.width for piece in pieces) - 100) < 0.05
