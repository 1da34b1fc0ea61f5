"""What keeps pages quick on a year's data: a stored worth that is right, and compressed answers."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from django.test import Client

from orderhouse.database import execute, fetch_all, fetch_value, unit_of_work
from orderhouse.oms.desk.edit_order import OrderChanges, edit_order
from orderhouse.oms.orders.cancel_orders import cancel_orders

WRONG = "SELECT order_id, goods, goods_of_lines FROM exam.order_worth_equals_lines WHERE tenant_id = %s"


def worth(shop: Any, order_id: int) -> Any:
    with unit_of_work(shop.business.tenant_id):
        return fetch_value("SELECT goods FROM oms_order WHERE tenant_id = %s AND id = %s", (shop.business.tenant_id, order_id))


def test_the_worth_of_an_order_follows_its_lines_and_the_exam_sees_when_it_does_not(shop: Any) -> None:
    tenant_id = shop.business.tenant_id
    shop.report("MAIN", "A", 9)
    order_id = shop.order({"A": 2})
    once = worth(shop, order_id)
    assert once > 0
    edit_order(by=shop.by, order_id=order_id, changes=OrderChanges(quantities={1: 5}), reason="the customer called")
    assert worth(shop, order_id) == once / 2 * 5
    cancel_orders(by=shop.by, order_ids=[order_id], reason="not wanted")
    assert worth(shop, order_id) == once / 2 * 5, "it is what was ordered, as the list says"
    with unit_of_work(tenant_id):
        assert fetch_all(WRONG, (tenant_id,)) == []
        execute("UPDATE oms_order SET goods = goods + 1 WHERE tenant_id = %s AND id = %s", (tenant_id, order_id))
        assert [row[0] for row in fetch_all(WRONG, (tenant_id,))] == [order_id]


def test_a_large_page_travels_compressed_and_is_the_same_page(shop: Any, browser: Callable[..., Client]) -> None:
    admin = browser("admin")
    plain = admin.get("/orders")
    packed = admin.get("/orders", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert b"<h1" in gzip.decompress(packed.content)


def test_what_is_small_or_no_page_is_left_as_it_is(browser: Callable[..., Client]) -> None:
    admin = browser("admin")
    for address in ("/orders/place/items?q=zzz", "/scanner/api/me", "/scanner/manifest.webmanifest"):
        assert "Content-Encoding" not in admin.get(address, headers={"accept-encoding": "gzip"}).headers, address
