"""What the demonstration sells, when its customers come, and what they send."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.demo.assortment import goods, item_definitions
from orderhouse.demo.rhythm import OPENING, arrivals, campaign, rates
from orderhouse.demo.shop import MISTAKES, Shop
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


def test_the_same_seed_brings_the_same_customers_with_the_same_orders() -> None:
    def day(seed: str, taken: int = 0) -> list[object]:
        shop = Shop(goods(), seed=seed)
        return [(a, shop.order(a.number, a.at, a.channel)) for a in islice(arrivals(seed, OPENING, taken=taken), 60)]

    assert day("fern") == day("fern")
    assert day("fern") != day("moss")
    assert day("fern", taken=7)[0][0].number == 8  # type: ignore[index]


def test_most_orders_are_right_and_some_are_not() -> None:
    shop = Shop(goods(), seed="mix")
    read = [parse_order(shop.order(n, NOON, "WEB")) for n in range(800)]
    wrong = sum(not isinstance(order, SubmitOrder) for order in read)
    assert 8 <= wrong <= 40
    held = sum(bool(order.holds) for order in read if isinstance(order, SubmitOrder))
    assert 20 <= held <= 90


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if name != "unknown item"])
def test_every_mistake_is_one(mistake: str) -> None:
    shop = Shop(goods(), seed="wrong")
    assert isinstance(parse_order(shop.order(1, NOON, "MARKET", mistake="")), SubmitOrder)
    assert not isinstance(parse_order(shop.order(1, NOON, "MARKET", mistake=mistake)), SubmitOrder)


def test_the_trade_orders_much_on_working_days_and_nothing_on_weekends() -> None:
    shop = Shop(goods(), seed="trade")
    units = [sum(line["quantity"] for line in shop.order(n, NOON, "B2B", mistake="")["lines"]) for n in range(40)]
    assert min(units) >= 10
    assert sum(units) / len(units) > 30
    assert rates(NOON)["B2B"] > 0
    assert rates(NOON + timedelta(days=5))["B2B"] == 0


def test_evenings_are_busier_than_mornings_and_the_store_closes() -> None:
    day = [rates(NOON + timedelta(hours=hour)) for hour in range(24)]
    web = [hour["WEB"] for hour in day]
    assert max(web) == web[8]  # 20:00
    assert day[12]["STORE"] == 0
    assert all(sum(hour.values()) > 1 for hour in day)


def test_demand_is_uneven_and_a_campaign_more_so() -> None:
    shop = Shop(goods(), seed="hot")
    sold = Counter(line["sku"] for n in range(1500) for line in shop.order(n, NOON, "WEB", mistake="")["lines"])
    top = sum(count for _, count in sold.most_common(len(goods()) // 10))
    assert top > 0.35 * sold.total()
    pushed = Counter(
        line["sku"].split("-")[0] for n in range(300) for line in shop.order(n, NOON, "WEB", family="SALT", mistake="")["lines"]
    )
    assert pushed.most_common(1)[0][0] == "SALT"


def test_the_first_campaign_comes_soon() -> None:
    soon = [campaign("fern", OPENING + timedelta(minutes=m)) for m in range(20)]
    assert soon[0] is None
    assert any(soon)
