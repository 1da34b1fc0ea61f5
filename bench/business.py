"""The businesses that are measured: one that takes orders, one with a floor.

The first has 10,000 items at 4 warehouses run by others and a demand as shops have it: Zipf over the items, orders of 1 to 8 lines
(3.04 on average) to British towns. The second is one warehouse with its own floor, where waves are planned and scanned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, islice
from random import Random
from typing import Any

import numpy as np

from orderhouse.kernel import clock
from orderhouse.kernel.actors import By

TARIFF = {
    "zones": [{"zone": "near", "max_km": 100, "domestic": True}, {"zone": "home", "domestic": True}, {"zone": "abroad"}],
    "rates": [
        {"service": "standard", "zone": "near", "base": 290, "per_step": 35, "transit_days": 1},
        {"service": "standard", "zone": "home", "base": 390, "per_step": 55, "transit_days": 2},
        {"service": "standard", "zone": "abroad", "base": 990, "per_step": 250, "transit_days": 5},
    ],
}
TOWNS = (
    ("London", "E1", 51.52, -0.05), ("Leeds", "LS1", 53.80, -1.55), ("Bristol", "BS1", 51.45, -2.59), ("Glasgow", "G1", 55.86, -4.25),
    ("Cardiff", "CF10", 51.48, -3.18), ("Norwich", "NR1", 52.63, 1.29), ("Exeter", "EX1", 50.72, -3.53), ("York", "YO1", 53.96, -1.08),
    ("Leicester", "LE1", 52.64, -1.13), ("Newcastle", "NE1", 54.97, -1.61), ("Aberdeen", "AB10", 57.15, -2.10), ("Kent", "ME1", 51.39, 0.50),
)  # fmt: skip
NODES = (("MAIN", "Daventry", 52.26, -1.16), ("NORTH", "Livingston", 55.90, -3.52), ("WEST", "Bristol", 51.50, -2.69), ("EAST", "Dartford", 51.44, 0.22))  # fmt: skip
MEAN_LINES, MOST_LINES = 3.04, 8
PLENTY = 1_000_000
"""Units of each item at each warehouse: what is measured is contention for stock, not the lack of it."""

Order = dict[str, Any]


class Demand:
    """An endless stream of orders. The same seed gives the same stream."""

    def __init__(self, skus: Sequence[str], *, seed: int = 1, channel: str = "WEB", prefix: str = "") -> None:
        self.skus, self.channel, self.prefix = skus, channel, prefix
        self.random = np.random.default_rng(seed)
        weights = 1.0 / np.arange(1, len(skus) + 1)
        self.chances = np.cumsum(weights / weights.sum())
        self.order_of_rank = self.random.permutation(len(skus))
        self.sizes = _sizes()
        self.numbers = count(1)
        self.placed_at = clock.now() - timedelta(minutes=5)

    def __iter__(self) -> Iterator[Order]:
        while True:
            yield self.order()

    def take(self, many: int) -> list[Order]:
        return list(islice(self, many))

    def order(self) -> Order:
        """An order as a channel sends it (parsed JSON)."""
        lines = int(np.searchsorted(self.sizes, self.random.random())) + 1
        chosen: dict[int, None] = {}
        while len(chosen) < min(lines, len(self.skus)):
            rank = min(int(np.searchsorted(self.chances, self.random.random())), len(self.skus) - 1)
            chosen[int(self.order_of_rank[rank])] = None
        number = next(self.numbers)
        city, code, latitude, longitude = TOWNS[number % len(TOWNS)]
        return {
            "channel": self.channel,
            "channel_order_id": f"{self.prefix}{number}",
            "placed_at": self.placed_at.isoformat(),
            "currency": "GBP",
            "ship_to": {
                "name": f"Customer {number}", "country": "GB", "lines": [f"{number % 200} Mile End"], "city": city,
                "postal_code": code, "latitude": latitude, "longitude": longitude,
            },
            "lines": [
                {"line_number": at, "sku": self.skus[item], "quantity": int(self.random.integers(1, 4)), "unit_price": "12.50"}
                for at, item in enumerate(chosen, 1)
            ],
        }  # fmt: skip


@dataclass
class Business:
    """A tenant and its demand. ``nodes`` are ids by code; a floor has badges and totes."""

    tenant_id: int
    code: str
    skus: list[str]
    nodes: dict[str, int]
    demand: Demand
    badges: list[str] = field(default_factory=list)
    totes: list[str] = field(default_factory=list)

    @property
    def by(self) -> By:
        return By(self.tenant_id, "bench", clock.now(), device="bench")


def _sizes() -> Any:
    """Cumulative chances of 1 to 8 lines, falling geometrically, with the mean wanted."""
    low, high = 0.1, 1.5
    sizes = np.arange(1, MOST_LINES + 1)
    for _ in range(60):
        ratio = (low + high) / 2
        chances = ratio ** (sizes - 1)
        chances /= chances.sum()
        low, high = (ratio, high) if (chances * sizes).sum() < MEAN_LINES else (low, ratio)
    return np.cumsum(chances)


def lines_in(orders: Sequence[Order]) -> int:
    return sum(len(order["lines"]) for order in orders)


def open_shop(*, items: int) -> Business:
    """The business that takes orders; its warehouses have told plenty of stock."""
    from orderhouse.contract.messages import InventoryChanged, StockLine
    from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes

    business = _open("shop", items=items, nodes=NODES)
    by = business.by
    for code in business.nodes:
        for at in range(0, items, 2_000):
            lines = tuple(StockLine(sku, "OWN", PLENTY, PLENTY, 1, "received") for sku in business.skus[at : at + 2_000])
            apply_inventory_changes(by=by, messages=[InventoryChanged(code, by.at, lines)])
    return business


def open_floor(*, items: int, units: int, pickers: int) -> Business:
    """The business with a floor: ``units`` of each item received at the dock and put into bins, scan by scan, by its crew."""
    from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
    from orderhouse.crew.day import Crew
    from orderhouse.oms.inventory.expect_receipts import expect_receipts
    from orderhouse.people.define_badges import define_badges
    from orderhouse.wms.layout.import_layout import import_layout
    from orderhouse.wms.layout.make_layout import make_layout
    from orderhouse.wms.layout.open_totes import open_totes

    business = _open("floor", items=items, nodes=NODES[:1])
    by, (code, node_id) = business.by, next(iter(business.nodes.items()))
    import_layout(
        by=by, node_code=code, text=make_layout(aisles=20, bins_per_side=max(5, items // 150), levels=2, capacity_units=None)
    )
    business.totes = [f"T{n:05d}" for n in range(6_000)]
    open_totes(by=by, node_id=node_id, codes=business.totes)
    business.badges = [f"P{n:02d}" for n in range(pickers)]
    define_badges(by=by, badges={badge: f"Picker {badge}" for badge in business.badges})
    for n, at in enumerate(range(0, items, 250)):
        lines = tuple(ExpectedLine(line, sku, "OWN", units) for line, sku in enumerate(business.skus[at : at + 250], 1))
        expect_receipts(by=by, receipts=[ExpectReceipt(f"ASN-{n}", code, "Maker", by.at + timedelta(hours=1), lines)])
    crew = Crew(by, node_id=node_id, badges=business.badges[:2], totes=[])
    crew.clear_receiving()
    crew.clear_putaway()
    return business


def _open(code: str, *, items: int, nodes: Sequence[tuple[str, str, float, float]]) -> Business:
    from orderhouse.catalog.define_items import ItemDefinition, define_items
    from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
    from orderhouse.catalog.open_business import open_business
    from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
    from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs

    opened = open_business(code=code, name=code.title(), at=clock.now())
    by = By(opened.tenant_id, "bench", clock.now(), device="bench")
    random = Random(items)
    skus = [f"SKU-{n:05d}" for n in range(items)]
    ids = define_nodes(
        by=by,
        nodes=[
            NodeDefinition(node, name, "warehouse", "GB", latitude, longitude, time_zone="Europe/London")
            for node, name, latitude, longitude in nodes
        ],
    )
    for at in range(0, items, 2_000):
        define_items(
            by=by,
            items=[
                ItemDefinition(
                    "OWN", sku, f"Item {sku}", weight_grams=random.choice((60, 150, 240, 400, 900)), barcodes={f"BAR-{sku}": 1}
                )
                for sku in skus[at : at + 2_000]
            ],
        )
    define_channels(by=by, channels=[ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP")])
    define_tariffs(by=by, tariffs=[TariffDefinition("own_fleet", "standard", TARIFF)])
    return Business(opened.tenant_id, code, skus, dict(ids), Demand(skus))
