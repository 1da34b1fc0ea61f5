"""What customers send: orders as channels write them, some of them wrong. Pure and seeded."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from math import cos, pi
from random import Random
from typing import Any

from orderhouse.demo.assortment import Good
from orderhouse.demo.customers import customer

EUROS_A_POUND = Decimal("1.17")
SHARES = {"WEB": 0.62, "MARKET": 0.28, "B2B": 0.10}
INVALID, HELD = 0.025, 0.06
FIRST_NUMBER = 10_000


def orders_per_minute(moment: datetime, *, busiest: float = 7.0) -> float:
    """The day's rhythm: a cosine with its peak at 20:00 and its trough at 08:00 (local), never under half of ``busiest``."""
    hour = moment.hour + moment.minute / 60
    return busiest * (0.75 + 0.25 * cos((hour - 20) / 24 * 2 * pi))


class Shop:
    """Customers at the door of every channel, who have sent ``taken`` orders before. The same seed gives the same orders."""

    def __init__(self, goods: list[Good], *, seed: int | str, taken: int = 0) -> None:
        self.goods, self.random, self.taken = goods, Random(seed), taken

    def order(self, at: datetime) -> dict[str, Any]:
        """The next order, as JSON would carry it."""
        random = self.random
        self.taken += 1
        channel = random.choices(list(SHARES), list(SHARES.values()))[0]
        trade = channel == "B2B"
        buyer, address = customer(random, abroad={"WEB": 0.12, "MARKET": 0.75, "B2B": 0.2}[channel], trade=trade)
        count = random.choices((1, 2, 3, 4, 6), (46, 27, 14, 8, 5))[0] + (3 if trade else 0)
        lines = [
            {
                "line_number": n,
                "sku": good.sku,
                "quantity": self._units(trade),
                "unit_price": str((good.price * EUROS_A_POUND if channel == "MARKET" else good.price).quantize(Decimal("0.01"))),
            }
            for n, good in enumerate(self._chosen(count), 1)
        ]
        order: dict[str, Any] = {
            "channel": channel,
            "channel_order_id": str(FIRST_NUMBER + self.taken),
            "placed_at": at.isoformat(),
            "currency": "EUR" if channel == "MARKET" else "GBP",
            "service": "express" if random.random() < 0.12 else "standard",
            "customer": buyer,
            "ship_to": address,
            "lines": lines,
        }
        if random.random() < 0.5:
            order["charges"] = [{"kind": "shipping", "description": "Shipping", "amount": random.choice(("3.95", "5.95"))}]
        if random.random() < HELD:
            order["holds"] = [random.choice(("payment", "fraud", "address"))]
        if random.random() < INVALID:
            self._spoil(order)
        return order

    def _units(self, trade: bool) -> int:
        return self.random.choice((4, 6, 6, 12)) if trade else self.random.choices((1, 2, 3, 4), (72, 18, 6, 4))[0]

    def _chosen(self, count: int) -> list[Good]:
        pulls = [good.pull for good in self.goods]
        found = {good.sku: good for good in self.random.choices(self.goods, pulls, k=count)}
        return list(found.values())

    def _spoil(self, order: dict[str, Any]) -> None:
        """One of the mistakes channels make."""
        line = self.random.choice(order["lines"])
        mistake = self.random.choice(("sku", "country", "quantity", "currency"))
        if mistake == "sku":
            line["sku"] += "-OLD"
        elif mistake == "country":
            order["ship_to"]["country"] = "UK"
        elif mistake == "quantity":
            line["quantity"] = 0
        else:
            order["currency"] = "USD"
