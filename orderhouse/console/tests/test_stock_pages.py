"""Stock that can be traced: every figure of an item adds up on its pages, movement by movement, in both books."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orderhouse.console import stock_chart
from orderhouse.console.oms.stock_waterfall import Part, waterfall
from orderhouse.console.stock_books import Span
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.outbound.tests.shipping_floor import shop as shipping_floor  # noqa: F401
from orderhouse.wms.stock.tests.floor import Floor, floor  # noqa: F401


def item(shop: Any, sku: str) -> int:
    """The id of an item of the shop."""
    with unit_of_work(shop.by.tenant_id):
        found: int = fetch_value("SELECT id FROM catalog_item WHERE tenant_id = %s AND sku = %s", (shop.by.tenant_id, sku))
    return found


LONG = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel XL"


def test_the_waterfall_of_an_item_goes_from_on_hand_to_available(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 9)
    shop.order({"A": 4})
    page = browser("order_desk").get(f"/stock/{item(shop, 'A')}")
    bars = [(bar.sign, bar.label, bar.units) for bar in page.context["bars"] if bar.kind in ("total", "reserved", "free")]
    assert bars[-3:] == [("=", "on hand", 9), ("−", "reserved", 4), ("=", "available", 5)]
    assert sum(bar.units for bar in page.context["bars"] if bar.kind == "gap") == 9, "no floor has it: the report runs ahead"
    strip = {each.code: each.units for each in page.context["strip"]}
    assert strip == {"on_hand": 9, "reserved": 4, "released": 0, "safety": 0, "available": 5, "waiting": 0, "incoming": 0}
    assert " style=" not in page.content.decode()


def test_every_figure_is_the_sum_of_its_movements_and_of_its_orders(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 9)
    for units in (4, 2):
        shop.order({"A": units})
    desk = browser("auditor")
    page = desk.get(f"/stock/{item(shop, 'A')}/movements?figure=reserved")
    rows = page.context["rows"]
    assert [row.move.after for row in rows] == [6, 4]
    assert sum(row.move.delta for row in rows) == page.context["now"].units == 6
    assert sorted(claim.units for claim in page.context["claims"]) == [2, 4]
    assert all(row.href == f"/orders/{claim.order_id}" for row, claim in zip(reversed(rows), page.context["claims"], strict=True))
    on_hand = desk.get(f"/stock/{item(shop, 'A')}/movements?figure=on_hand")
    assert [row.move.delta for row in on_hand.context["rows"]] == [9], "a reservation moves nothing out of what is on hand"


def test_older_movements_go_on_where_the_page_ended(shop: Any, browser: Callable[..., Client], monkeypatch: Any) -> None:
    monkeypatch.setattr("orderhouse.console.oms.stock_movements.PAGE", 2)
    for units in (3, 2, 4):
        shop.report("MAIN", "A", units)
    desk = browser("auditor")
    first = desk.get(f"/stock/{item(shop, 'A')}/movements")
    assert [(row.move.delta, row.move.after) for row in first.context["rows"]] == [(4, 9), (2, 5)]
    second = desk.get(f"/stock/{item(shop, 'A')}/movements{first.context['more']}")
    assert [(row.move.delta, row.move.after) for row in second.context["rows"]] == [(3, 3)]
    assert second.context["more"] == ""


def test_tabs_count_what_they_list(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    shop.report("MAIN", "B", 100)
    shop.order({"A": 3})
    shop.order({"A": 2})
    desk = browser("auditor")
    page = desk.get("/stock")
    assert " style=" not in page.content.decode()
    for tab in page.context["tabs"]:
        rows = desk.get(f"/stock{tab['href']}").context["rows"]
        assert len(rows) == tab["count"], tab["code"]
    counts = {tab["code"]: tab["count"] for tab in page.context["tabs"]}
    assert counts["short"] == 1
    (short,) = desk.get("/stock?tab=short").context["rows"]
    assert (short.sku, short.available, short.waiting) == ("A", 0, 2)
    assert [claim.units for claim in desk.get(f"/stock/{short.item_id}").context["waiting"]] == [2]
    sorted_by = [row.available for row in desk.get("/stock?sort=-available").context["rows"]]
    assert sorted_by == sorted(sorted_by, reverse=True)


def test_pages_of_the_list_meet_without_gap_or_repeat(shop: Any, browser: Callable[..., Client], monkeypatch: Any) -> None:
    monkeypatch.setattr("orderhouse.console.oms.stock.PAGE", 1)
    desk = browser("auditor")
    for sort in ("", "available", "-on_hand"):
        seen, address = [], f"/stock?sort={sort}"
        while address:
            page = desk.get(address)
            seen += [row.item_id for row in page.context["rows"]]
            address = f"/stock{page.context['more']}" if page.context["more"] else ""
        assert sorted(seen) == sorted(item(shop, sku) for sku in "ABC")
    assert desk.get("/stock?after=nonsense&sort=-on_hand").status_code == 200
    assert desk.get("/stock?q=%00%25").context["rows"] == []


def test_an_unknown_item_is_said(shop: Any, browser: Callable[..., Client]) -> None:
    assert browser("auditor").get("/stock/12345").status_code == 404
    assert browser("auditor").get("/stock/12345/movements").status_code == 404


@pytest.fixture
def house(shipping_floor: ShippingFloor) -> ShippingFloor:  # noqa: F811
    shipping_floor.keep("MUG", ("01-001-1", 50), ("02-005-1", 30))
    shipping_floor.release("R1", ("MUG", 4))
    return shipping_floor


def test_a_bin_tells_what_lies_there_and_every_move_with_the_units_after(
    house: ShippingFloor, browser: Callable[..., Client]
) -> None:
    manager = browser("warehouse_manager")
    page = manager.get(f"/bins/{house.node}/01-001-1")
    assert page.context["units"] == 50
    assert page.context["rows"][0].move.after == 50
    assert page.context["accuracy"] is None
    assert " style=" not in page.content.decode()
    manager.post(f"/bins/{house.node}/01-001-1/count")
    after = manager.get(f"/bins/{house.node}/01-001-1")
    assert [each.kind for each in after.context["work"]] == ["count"]
    assert manager.get(f"/bins/{house.node}/NOWHERE").status_code == 404
    assert browser("order_desk").post(f"/bins/{house.node}/01-001-1/count").status_code == 403


def test_a_place_many_items_pass_tells_the_same_story(
    house: ShippingFloor, browser: Callable[..., Client], monkeypatch: Any
) -> None:
    house.keep("TEE", ("01-001-1", 7))
    looks, address = browser("auditor"), f"/bins/{house.node}/01-001-1"
    usual = [(row.move.id, row.move.delta, row.move.after) for row in looks.get(address).context["rows"]]
    monkeypatch.setattr("orderhouse.console.stock_books.BUSY", 1)
    assert [(row.move.id, row.move.delta, row.move.after) for row in looks.get(address).context["rows"]] == usual
    older = looks.get(f"{address}?before={usual[0][0]}").context["rows"]
    assert [(row.move.id, row.move.delta, row.move.after) for row in older] == usual[1:]
    assert usual[0][2] == 57


def test_the_floors_part_of_an_item_adds_up_to_its_accounts(house: ShippingFloor, browser: Callable[..., Client]) -> None:
    looks, mug = browser("auditor"), house.items["MUG"]
    part = looks.get(f"/floor/item/{mug}/places")
    assert part.context["inside"] == 80
    figure = looks.get(f"/movements?item={mug}&figure=inside")
    assert figure.context["now"].units == 80 == figure.context["rows"][0].move.after
    (account, place) = figure.context["accounts"][0]
    one = looks.get(f"/movements?account={account.id}")
    assert one.context["now"].units == account.balance
    assert place.href == f"/bins/{house.node}/01-001-1"
    assert looks.get("/movements").status_code == 422
    assert looks.get("/movements?account=7").status_code == 404


def test_an_account_of_the_promise_book_leads_to_its_own_page(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 9)
    looks = browser("auditor")
    account = looks.get(f"/stock/{item(shop, 'A')}/movements?figure=available").context["now"].fullest[0]
    answer = looks.get(f"/movements?account={account.id}")
    assert answer["Location"] == f"/stock/{item(shop, 'A')}/movements?figure=available&node=MAIN"


def test_a_lot_is_held_after_its_units_were_shown_and_freed_again(floor: Floor, browser: Callable[..., Client]) -> None:  # noqa: F811
    floor.item("TEA", tracks_lots=True)
    floor.receive("TEA", 12, lot="=L1", expires_on=(clock.now() + timedelta(days=9)).date())
    floor.stow("01-001-1")
    lot = floor.value("SELECT id FROM ledger_lot WHERE tenant_id = %s")
    manager = browser("warehouse_manager")
    assert manager.get(f"/lots/{lot}").context["units"] == 12
    preview = manager.get(f"/lots/{lot}/hold")
    assert preview.context["units"] == 12
    assert "Hold 12 units" in preview.content.decode()
    assert floor.stock("01-001-1", "TEA") == 12, "a preview moves nothing"
    assert manager.post(f"/lots/{lot}/hold", {"held": "yes", "reason": ""}).status_code == 422
    assert manager.post(f"/lots/{lot}/hold", {"held": "yes", "reason": "seal broken"}).status_code == 302
    assert (floor.stock("01-001-1", "TEA"), floor.stock("01-001-1", "TEA", "hold")) == (0, 12)
    tabs = {tab["code"]: tab["count"] for tab in manager.get("/stock").context["tabs"]}
    assert (tabs["aside"], tabs["expiring"]) == (1, 0)
    manager.post(f"/lots/{lot}/hold", {"held": "no", "reason": "checked"})
    assert floor.stock("01-001-1", "TEA") == 12
    tabs = {tab["code"]: tab["count"] for tab in manager.get("/stock").context["tabs"]}
    assert (tabs["aside"], tabs["expiring"]) == (0, 1)
    assert browser("auditor").get(f"/lots/{lot}/hold").status_code == 403


def test_a_search_for_a_bin_a_tote_or_a_lot_leads_to_its_page(floor: Floor, browser: Callable[..., Client]) -> None:  # noqa: F811
    floor.item("TEA", tracks_lots=True)
    floor.receive("TEA", 1, lot="LOT-77")
    lot = floor.value("SELECT id FROM ledger_lot WHERE tenant_id = %s")
    manager = browser("warehouse_manager")
    assert manager.get("/search?q=01-001-1")["Location"] == f"/bins/{floor.node}/01-001-1"
    assert manager.get("/search?q=LOT-77")["Location"] == f"/lots/{lot}"


def test_a_name_of_sixty_letters_with_markup_stands_as_text(floor: Floor, browser: Callable[..., Client]) -> None:  # noqa: F811
    from orderhouse.catalog.define_items import ItemDefinition, define_items

    definition = ItemDefinition(owner=floor.owner, sku="LONG", name=f"{LONG}<b onclick=x>")
    long = define_items(by=floor.by, items=[definition])["LONG"]
    page = browser("auditor").get(f"/stock/{long}").content.decode()
    assert LONG in page
    assert "<b onclick" not in page
    assert "never reported this item" in page


def test_a_waterfall_keeps_its_bars_within_the_widest() -> None:
    bars = waterfall(
        [Part("a", 10, "total", sum=True), Part("b", -14, "reserved"), Part("c", 4, "gap"), Part("d", 0, "free", sum=True)]
    )
    assert all(bar.x >= 0 and bar.x + bar.width <= 100.01 for bar in bars)
    assert [bar.sign for bar in bars] == ["", "−", "+", "="]


def test_a_history_stays_level_between_two_changes_and_has_zero_on_its_scale() -> None:
    now = clock.now()
    spans = [Span(now - timedelta(hours=3), now - timedelta(hours=2), 5, 0, 12), Span(now - timedelta(hours=1), now, 0, 9, 3)]
    drawn = stock_chart.steps(7, spans, now - timedelta(hours=4), now, now.tzinfo)  # type: ignore[arg-type]
    assert re.fullmatch(r"M[\d.]+ [\d.]+(H[\d.]+V[\d.]+){2}H[\d.]+", drawn.line)
    assert (drawn.low, drawn.high, drawn.last) == (3, 12, 3)
    assert any(mark.zero for mark in drawn.rows)
