"""A small shop for tests of the promise wing: two nodes, three items, one channel, one tariff, no floor behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import orjson

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.contract.messages import Address, InventoryChanged, StockLine, SubmitLine, SubmitOrder
from orderhouse.database import fetch_all, fetch_one, fetch_value, unit_of_work
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs
from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
from orderhouse.oms.orders.place_orders import place_orders
from orderhouse.oms.sourcing.source_orders import source_orders

TARIFF = {
    "zones": [{"zone": "near", "max_km": 100, "domestic": True}, {"zone": "home", "domestic": True}, {"zone": "abroad"}],
    "rates": [
        {"service": "standard", "zone": "near", "base": 290, "per_step": 35, "transit_days": 1},
        {"service": "standard", "zone": "home", "base": 390, "per_step": 55, "transit_days": 2},
        {"service": "standard", "zone": "abroad", "base": 990, "per_step": 250, "transit_days": 5},
    ],
}
LONDON = Address(
    name="Ada", country="GB", lines=("1 Mile End",), city="London", postal_code="E1", latitude=51.52, longitude=-0.05
)


@dataclass
class Shop:
    """The shop, with the few words tests need."""

    business: Any
    sequences: Any = field(default_factory=lambda: count(1))
    on_hand: dict[tuple[str, str], int] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def by(self) -> Any:
        return self.business.by

    def report(self, node: str, sku: str, delta: int, reason: str = "received") -> None:
        """The node tells a change of its stock."""
        apply_inventory_changes(by=self.by, messages=[self.change(node, sku, delta, reason)])

    def change(self, node: str, sku: str, delta: int, reason: str) -> InventoryChanged:
        self.on_hand[node, sku] = self.on_hand.get((node, sku), 0) + delta
        line = StockLine(sku, "OWN", delta, self.on_hand[node, sku], next(self.sequences), reason)
        return InventoryChanged(node, self.by.at, (line,))

    def submission(self, lines: Mapping[str, int], channel: str = "WEB", **fields: Any) -> SubmitOrder:
        return SubmitOrder(
            channel=channel,
            channel_order_id=str(next(self.numbers)),
            placed_at=self.by.at,
            currency="GBP",
            ship_to=LONDON,
            lines=tuple(SubmitLine(n, sku, quantity, Decimal("2.50")) for n, (sku, quantity) in enumerate(lines.items(), 1)),
            **fields,
        )

    def order(self, lines: Mapping[str, int], **fields: Any) -> int:
        """Place and source one order; its id."""
        (placed,) = place_orders(by=self.by, submissions=[self.submission(lines, **fields)])
        assert placed.order_id, placed.reasons
        source_orders(by=self.by, order_ids=[placed.order_id])
        return placed.order_id

    def state(self, order_id: int) -> str:
        with unit_of_work(self.business.tenant_id):
            return str(
                fetch_value("SELECT state FROM oms_order WHERE tenant_id = %s AND id = %s", (self.business.tenant_id, order_id))
            )

    def line(self, order_id: int, line_number: int = 1) -> dict[str, int]:
        """The counts of a line that are not zero."""
        with unit_of_work(self.business.tenant_id):
            row = fetch_one(
                """SELECT cancelled, backordered, reserved, released, shipped, returned, cancel_wanted FROM oms_order_line
                   WHERE tenant_id = %s AND order_id = %s AND line_number = %s""",
                (self.business.tenant_id, order_id, line_number),
            )
        assert row
        names = ("cancelled", "backordered", "reserved", "released", "shipped", "returned", "cancel_wanted")
        return {name: units for name, units in zip(names, row, strict=True) if units}

    def promised(self, sku: str, node: str = "MAIN") -> dict[str, int]:
        """The promise book for an item at a node, empty accounts and the outside left out (but what is owed)."""
        with unit_of_work(self.business.tenant_id):
            rows = fetch_all(
                """SELECT a.state, a.balance FROM ledger_account a JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
                   JOIN catalog_node n ON n.tenant_id = a.tenant_id AND n.id = a.node_id
                   WHERE a.tenant_id = %s AND a.book = 'promise' AND a.balance <> 0 AND i.sku = %s AND n.code = %s
                     AND a.state NOT IN ('node', 'customer')""",
                (self.business.tenant_id, sku, node),
            )
        return dict(rows)

    def letters(self, type_: str) -> list[dict[str, Any]]:
        """Payloads of the letters of one type in the outbox, oldest first."""
        with unit_of_work(self.business.tenant_id):
            rows = fetch_all(
                "SELECT payload FROM contract_outbox WHERE tenant_id = %s AND type = %s ORDER BY id",
                (self.business.tenant_id, type_),
            )
        return [orjson.loads(row[0]) for row in rows]

    def violations(self) -> dict[str, int]:
        """Every rule of the books that is broken."""
        return {f.rule: f.violations for f in prove_balances(by=self.by).findings if f.violations}


def open_shop(business: Any) -> Shop:
    """Define the shop for a fresh business."""
    by = business.by
    define_nodes(
        by=by,
        nodes=[
            NodeDefinition("MAIN", "Daventry", "warehouse", "GB", 52.26, -1.16, time_zone="Europe/London"),
            NodeDefinition("NORTH", "Glasgow", "warehouse", "GB", 55.86, -4.25, time_zone="Europe/London"),
        ],
    )
    define_items(by=by, items=[ItemDefinition("OWN", sku, f"Item {sku}", weight_grams=400) for sku in ("A", "B", "C")])
    define_channels(
        by=by,
        channels=[
            ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP"),
            ChannelDefinition("STRICT", "No waiting", "marketplace", "OWN", "GBP", when_short="cancel"),
            ChannelDefinition("WHOLE", "Whole orders only", "b2b_portal", "OWN", "GBP", ships_partially=False),
            ChannelDefinition("CAREFUL", "Keeps a buffer", "marketplace", "OWN", "GBP", buffer=3, share_percent=50),
        ],
    )
    define_tariffs(by=by, tariffs=[TariffDefinition("PARCELUK", "standard", TARIFF)])
    return Shop(business)
