"""One box finds anything by any code, and only what its reader may open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.console.search.hits import asked
from orderhouse.database import execute, fetch_one, unit_of_work


@pytest.fixture
def order(shop: Any) -> tuple[Any, int, str]:
    """An order of somebody with an email and a phone."""
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 1})
    with unit_of_work(shop.by.tenant_id):
        row = fetch_one(
            "SELECT number, customer_id FROM oms_order WHERE tenant_id = %s AND id = %s", (shop.by.tenant_id, order_id)
        )
        assert row
        number, customer_id = row
        if customer_id is None:
            customer_id = order_id
            execute(
                "INSERT INTO oms_customer (tenant_id, id, reference, created_at) VALUES (%s, %s, 'ada', now())",
                (shop.by.tenant_id, customer_id),
            )
            execute(
                "UPDATE oms_order SET customer_id = %s WHERE tenant_id = %s AND id = %s",
                (customer_id, shop.by.tenant_id, order_id),
            )
        execute(
            "UPDATE oms_customer SET email = 'ada.lovelace@example.com', phone = '+44 7700 900123' WHERE tenant_id = %s AND id = %s",
            (shop.by.tenant_id, customer_id),
        )
    return shop, order_id, number


def found(browser: Client, typed: str) -> list[str]:
    """The addresses of what the command bar lists for a text, without the rooms and deeds."""
    answer = browser.get("/search", {"q": typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return [hit.href for _name, hits in answer.context["groups"] for hit in hits if hit.code]


def test_an_order_is_found_by_its_number_its_email_and_its_phone_however_written(
    order: Any, browser: Callable[..., Client]
) -> None:
    _shop, order_id, number = order
    desk, page = browser("order_desk"), f"/orders/{order_id}"
    for typed in (
        number,
        number.lower(),
        number[:-1],
        number.split("-", 1)[1],
        "Ada.Lovelace@",
        "07700 900123",
        "+447700900123",
        "900123",
    ):
        assert page in found(desk, typed), typed
    assert found(desk, "900124") == []


def test_a_whole_code_leads_straight_to_its_page_and_a_part_of_it_to_a_list(order: Any, browser: Callable[..., Client]) -> None:
    _shop, order_id, number = order
    desk = browser("order_desk")
    assert desk.get("/search", {"q": number})["Location"] == f"/orders/{order_id}"
    assert desk.get("/search", {"q": number[:3]}).status_code == 200


def test_an_item_is_found_by_its_sku_and_by_the_beginnings_of_its_words(shop: Any, browser: Callable[..., Client]) -> None:
    define_items(by=shop.by, items=[ItemDefinition("OWN", "LAMP-9", "Größte Öllampe, brass")])
    desk = browser("order_desk")
    for typed in ("lamp-9", "LAMP", "bra", "größ öl", "Öllampe"):
        assert len(found(desk, typed)) == 1, typed
    assert found(desk, "brass tin") == []


def test_a_renamed_item_is_found_by_its_new_name_alone(shop: Any, browser: Callable[..., Client]) -> None:
    desk = browser("order_desk")
    define_items(by=shop.by, items=[ItemDefinition("OWN", "A", "Copper kettle")])
    assert len(found(desk, "kettle")) == 1
    define_items(by=shop.by, items=[ItemDefinition("OWN", "A", "Copper pan")])
    assert (len(found(desk, "pan cop")), found(desk, "kettle")) == (1, [])


def test_a_picker_finds_no_orders(order: Any, browser: Callable[..., Client]) -> None:
    _shop, order_id, number = order
    assert f"/orders/{order_id}" not in found(browser("floor"), number)


def test_rooms_are_found_by_name_and_only_ones_own(browser: Callable[..., Client]) -> None:
    def rooms(role: str, typed: str) -> list[str]:
        answer = browser(role).get("/search", {"q": typed}, headers={"HX-Request": "true"})
        return [hit.text for _name, hits in answer.context["groups"] for hit in hits if not hit.code]

    assert "People" in rooms("admin", "peo")
    assert "People" not in rooms("order_desk", "peo")


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_" * 9,
        "'; DROP TABLE oms_order; --",
        "\0\0",
        "🦊" * 50,
        "<script>",
        "x" * 500,
        "\ud83d".encode("utf-8", "replace").decode(),
    ],
)
def test_no_text_does_harm(typed: str, browser: Callable[..., Client]) -> None:
    answer = browser("admin").get("/search", {"q": typed})
    assert answer.status_code == 200
    assert b"<script>x" not in answer.content
    assert b"DROP TABLE oms_order; --</" not in answer.content.replace(b"&#x27;", b"'") or b"Nothing begins" in answer.content


def test_a_range_holds_what_begins_so_and_nothing_else() -> None:
    (low,), (high,) = (asked(1, ["AB"])[side] for side in ("low", "high"))
    assert [low <= code < high for code in ("AA", "AB", "AB9", "ABé🦊", "AC")] == [False, True, True, True, False]
