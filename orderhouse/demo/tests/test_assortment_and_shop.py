"""What the demonstration sells and what its customers send."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.demo.assortment import goods, item_definitions
from orderhouse.demo.shop import Shop, orders_per_minute
from orderhouse.kernel.identifiers import gtin
from orderhouse.oms.orders.parse_order import parse_order

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_every_item_scans_and_none_shares_a_code() -> None:
    items = item_definitions("OWN")
    assert len(items) >= 140
    assert len({item.sku for item in items}) == len(items)
    codes = [gtin(code) for item in items for code in item.barcodes]
    assert len(set(codes)) == len(codes)
    assert {good.sku for good in goods()} == {item.sku for item in items}


def test_items_that_expire_keep_lots() -> None:
    items = {item.sku: item for item in item_definitions("OWN")}
    assert sum(good.expires for good in goods()) > 30
    assert all(items[good.sku].tracks_lots == good.expires for good in goods())


def test_the_same_seed_sends_the_same_orders_and_numbers_go_on() -> None:
    first, again = (Shop(goods(), seed=7, taken=3) for _ in range(2))
    assert [first.order(NOON) for _ in range(50)] == [again.order(NOON) for _ in range(50)]
    assert first.order(NOON)["channel_order_id"] == "10054"


def test_most_orders_are_right_and_some_are_not() -> None:
    shop = Shop(goods(), seed="mix")
    read = [parse_order(shop.order(NOON)) for _ in range(800)]
    wrong = sum(not isinstance(order, SubmitOrder) for order in read)
    assert 4 <= wrong <= 40
    channels = Counter(order.channel for order in read if isinstance(order, SubmitOrder))
    assert channels["WEB"] > channels["MARKET"] > channels["B2B"] > 20


def test_evenings_are_busier_than_mornings() -> None:
    day = [orders_per_minute(NOON + timedelta(hours=hour)) for hour in range(24)]
    assert max(day) == orders_per_minute(NOON + timedelta(hours=8))
    assert min(day) >= max(day) / 2
