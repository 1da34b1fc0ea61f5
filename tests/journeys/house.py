"""A whole business for journeys: two warehouses with layouts, items, a channel, a tariff, totes, badges and their crews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import orjson

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.contract.messages import Address, ExpectedLine, ExpectReceipt, SubmitLine, SubmitOrder
from orderhouse.crew.day import Crew
from orderhouse.database import fetch_all, fetch_one, fetch_value, unit_of_work
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.open_totes import open_totes

TARIFF = {
    "zones": [{"zone": "near", "max_km": 150, "domestic": True}, {"zone": "home", "domestic": True}, {"zone": "abroad"}],
    "rates": [
        {"service": "standard", "zone": "near", "base": 290, "per_step": 35, "transit_days": 1},
        {"service": "standard", "zone": "home", "base": 390, "per_step": 55, "transit_days": 2},
        {"service": "standard", "zone": "abroad", "base": 990, "per_step": 250, "transit_days": 5},
    ],
}
LONDON = Address(
    name="Ada", country="GB", lines=("1 Mile End",), city="London", postal_code="E1", latitude=51.52, longitude=-0.05
)
SKUS = ("A", "B", "C", "D", "E")


@dataclass
class House:
    """The business and the words journeys are told in."""

    business: Any
    nodes: dict[str, int]
    crews: dict[str, Crew]
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def by(self) -> Any:
        return self.business.by

    def receive(self, node: str, units: Mapping[str, int], *, number: str = "", put_away: bool = True) -> None:
        """Announce goods, and let the crew receive and put them away, scan by scan."""
        number = number or f"ASN-{next(self.numbers)}"
        lines = tuple(ExpectedLine(n, sku, "OWN", quantity) for n, (sku, quantity) in enumerate(units.items(), 1))
        due = self.by.at + timedelta(hours=1)
        expect_receipts(by=self.by, receipts=[ExpectReceipt(number, node, "Maker", due, lines)])
        self.crews[node].clear_receiving()
        if put_away:
            self.crews[node].clear_putaway()

    def submission(self, lines: Mapping[str, int], **fields: Any) -> SubmitOrder:
        return SubmitOrder(
            channel="WEB",
            channel_order_id=str(1000 + next(self.numbers)),
            placed_at=self.by.at,
            currency="GBP",
            ship_to=LONDON,
            lines=tuple(SubmitLine(n, sku, quantity, Decimal("2.50")) for n, (sku, quantity) in enumerate(lines.items(), 1)),
            **fields,
        )

    def order(self, lines: Mapping[str, int], **fields: Any) -> int:
        (placed,) = capture_orders(by=self.by, submissions=[self.submission(lines, **fields)])
        assert placed.order_id, placed.reasons
        return placed.order_id

    def value(self, statement: str, *params: Any) -> Any:
        with unit_of_work(self.business.tenant_id):
            return fetch_value(statement, params)

    def rows(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        with unit_of_work(self.business.tenant_id):
            return fetch_all(statement, params)

    def state(self, order_id: int) -> str:
        return str(self.value("SELECT state FROM oms_order WHERE id = %s", order_id))

    def line(self, order_id: int, line_number: int = 1) -> dict[str, int]:
        """The counts of a line that are not zero."""
        names = ("cancelled", "backordered", "reserved", "released", "shipped", "returned", "cancel_wanted")
        with unit_of_work(self.business.tenant_id):
            row = fetch_one(
                f"SELECT {', '.join(names)} FROM oms_order_line WHERE order_id = %s AND line_number = %s", (order_id, line_number)
            )
        assert row
        return {name: units for name, units in zip(names, row, strict=True) if units}

    def physical(self, sku: str) -> dict[str, int]:
        """Units of an item on the floors, by state; what went outside with it."""
        return dict(
            self.rows(
                """SELECT a.state, sum(a.balance)::int FROM ledger_account a JOIN catalog_item i ON i.id = a.item_id
                   WHERE a.book = 'physical' AND i.sku = %s AND a.balance <> 0 AND a.state NOT IN ('supplier') GROUP BY a.state""",
                sku,
            )
        )

    def letters(self, type_: str) -> list[dict[str, Any]]:
        rows = self.rows("SELECT payload::text FROM contract_outbox WHERE type = %s ORDER BY id", type_)
        return [orjson.loads(row[0]) for row in rows]

    def undelivered(self) -> list[tuple[Any, ...]]:
        """Letters a wing could not take, and letters a wing refused."""
        return self.rows("SELECT type, error FROM contract_outbox WHERE state IN ('waiting', 'dead')") + self.rows(
            "SELECT type, refusal::text FROM contract_inbox WHERE state = 'refused'"
        )

    def violations(self) -> dict[str, int]:
        """Every rule of the books that is broken."""
        return {f.rule: f.violations for f in prove_balances(by=self.by).findings if f.violations}


def build_house(business: Any) -> House:
    """Define everything for a fresh business; the shelves are empty."""
    by = business.by
    nodes = define_nodes(
        by=by,
        nodes=[
            NodeDefinition("MAIN", "Daventry", "warehouse", "GB", 52.26, -1.16, time_zone="Europe/London"),
            NodeDefinition("NORTH", "Glasgow", "warehouse", "GB", 55.86, -4.25, time_zone="Europe/London"),
        ],
    )
    define_items(
        by=by,
        items=[ItemDefinition("OWN", sku, f"Item {sku}", weight_grams=400, barcodes={f"BAR-{sku}": 1}) for sku in SKUS],
    )
    define_channels(by=by, channels=[ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP")])
    define_tariffs(by=by, tariffs=[TariffDefinition("own_fleet", "standard", TARIFF)])
    crews = {}
    for code, node_id in nodes.items():
        import_layout(by=by, node_code=code, text=make_layout(aisles=4, bins_per_side=5, levels=2))
        totes, badges = [f"{code}-T{n:03d}" for n in range(30)], {f"{code}-{n}": f"Picker {n}" for n in (1, 2)}
        open_totes(by=by, node_id=node_id, codes=totes)
        define_badges(by=by, badges=badges)
        crews[code] = Crew(by, node_id=node_id, badges=list(badges), totes=totes)
    return House(business, nodes, crews)
