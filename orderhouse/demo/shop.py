"""What customers send: orders as channels write them, some of them wrong. Pure and seeded: an order's number decides all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from orderhouse.demo.assortment import Good
from orderhouse.demo.customers import customer

EUROS_A_POUND = Decimal("1.17")
ABROAD = {"WEB": 0.12, "MARKET": 0.75, "B2B": 0.2, "STORE": 0.0}
INVALID, HELD = 0.025, 0.06
FIRST_NUMBER = 10_000
ZIPF = 0.75
"""How uneven demand is: the item of rank r is wanted r^-0.75 times as often as the first (Zipf's law, as retail data have it)."""

Order = dict[str, Any]


class Shop:
    """Customers at the door of every channel. The same seed and number give the same order."""

    def __init__(self, goods: list[Good], *, seed: str) -> None:
        self.goods, self.seed = goods, seed
        ranked = sorted(goods, key=lambda good: (-good.pull, Random(f"{seed}/rank/{good.sku}").random()))
        rank = {good.sku: n for n, good in enumerate(ranked, 1)}
        self._wanted = [rank[good.sku] ** -ZIPF for good in goods]

    def order(self, number: int, at: datetime, channel: str, *, family: str = "", mistake: str | None = None) -> Order:
        """Order ``number`` (1, 2 ...) as JSON would carry it, placed at ``at``. ``family`` is what is advertised just now; ``mistake``
        names one of :data:`MISTAKES` to make ("" none, None: now and then)."""
        random = Random(f"{self.seed}/order/{number}")
        trade = channel == "B2B"
        buyer, address = customer(random, abroad=ABROAD[channel], trade=trade)
        count = random.randint(5, 12) if trade else random.choices((1, 2, 3, 4, 6), (46, 27, 14, 8, 5))[0]
        euros = channel == "MARKET"
        lines = [
            {
                "line_number": n,
                "sku": good.sku,
                "quantity": _units(random, good, trade),
                "unit_price": str((good.price * EUROS_A_POUND if euros else good.price).quantize(Decimal("0.01"))),
            }
            for n, good in enumerate(self._chosen(random, count, family), 1)
        ]
        order: Order = {
            "channel": channel,
            "channel_order_id": str(FIRST_NUMBER + number),
            "placed_at": at.isoformat(),
            "currency": "EUR" if euros else "GBP",
            "service": "standard" if trade or random.random() >= 0.12 else "express",
            "customer": buyer,
            "ship_to": address,
            "lines": lines,
        }
        if not trade and channel != "STORE" and random.random() < 0.5:
            order["charges"] = [{"kind": "shipping", "description": "Shipping", "amount": random.choice(("3.95", "5.95"))}]
        if channel != "STORE" and random.random() < HELD:
            order["holds"] = [random.choice(("payment", "fraud", "address"))]
        if mistake is None and random.random() < INVALID:
            mistake = random.choice(list(MISTAKES))
        if mistake:
            MISTAKES[mistake](order, random.choice(lines))
        return order

    def _chosen(self, random: Random, count: int, family: str) -> list[Good]:
        wanted = [
            weight * (25 if family and good.sku.startswith(f"{family}-") else 1)
            for good, weight in zip(self.goods, self._wanted, strict=True)
        ]
        found = {good.sku: good for good in random.choices(self.goods, wanted, k=count)}
        return list(found.values())


def _units(random: Random, good: Good, trade: bool) -> int:
    if trade:
        return random.choice((6, 6, 12) if good.pull >= 3 else (2, 4, 6))
    return random.choices((1, 2, 3, 4), (72, 18, 6, 4))[0]


def _unknown_item(order: Order, line: Order) -> None:
    line["sku"] += "-OLD"


def _country(order: Order, line: Order) -> None:
    order["ship_to"]["country"] = "UK"


def _no_quantity(order: Order, line: Order) -> None:
    line["quantity"] = 0


def _currency(order: Order, line: Order) -> None:
    order["currency"] = "POUND"


def _no_country(order: Order, line: Order) -> None:
    del order["ship_to"]["country"]


def _price(order: Order, line: Order) -> None:
    line["unit_price"] = line["unit_price"].replace(".", ",")


def _twice(order: Order, line: Order) -> None:
    order["lines"].append({**line})


def _misspelled(order: Order, line: Order) -> None:
    line["quantitiy"] = line.pop("quantity")


MISTAKES: dict[str, Callable[[Order, Order], None]] = {
    "unknown item": _unknown_item,
    "wrong country": _country,
    "no quantity": _no_quantity,
    "wrong currency": _currency,
    "no country": _no_country,
    "comma in the price": _price,
    "line number twice": _twice,
    "misspelled field": _misspelled,
}
"""The mistakes channels make."""
