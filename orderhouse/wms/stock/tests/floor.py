"""A small warehouse for tests: two aisles of two blocks, a few items, and short words for what people do there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.queries import owners
from orderhouse.contract.receivers import registered
from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.inbound.receive_goods import Received, receive_goods
from orderhouse.wms.inbound.start_blind_receipt import start_blind_receipt
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.queries import Location, location_by_code
from orderhouse.wms.putaway.put_away import Put, put_away
from orderhouse.wms.putaway.queries import OpenTask, open_tasks
from orderhouse.wms.stock.queries import open_exceptions


@dataclass
class Floor:
    """A node with a layout. ``item(sku)`` defines items on first use; ``by`` moves on with :meth:`later`."""

    by: By
    owner_id: int
    owner: str
    node: str
    node_id: int
    items: dict[str, int] = field(default_factory=dict)

    @property
    def tenant_id(self) -> int:
        return self.by.tenant_id

    def item(self, sku: str, **traits: Any) -> int:
        if sku not in self.items:
            definition = ItemDefinition(owner=self.owner, sku=sku, name=sku.title(), **traits)
            self.items |= define_items(by=self.by, items=[definition])
        return self.items[sku]

    def bin(self, code: str) -> Location:
        with unit_of_work(self.tenant_id):
            return location_by_code(self.tenant_id, self.node_id, code)

    def later(self, **passed: float) -> None:
        self.by = self.by.when(self.by.at + timedelta(**passed))

    def receive(
        self, sku: str, quantity: int, *, lot: str = "", serial: str = "", expires_on: date | None = None, **more: Any
    ) -> int:
        """Receive onto the dock by a fresh blind receipt; the receipt's id."""
        receipt_id = start_blind_receipt(by=self.by, node_id=self.node_id).receipt_id
        entry = Received(self.item(sku), quantity, lot_number=lot, serial_number=serial, expires_on=expires_on, **more)
        receive_goods(by=self.by, receipt_id=receipt_id, goods=[entry])
        return receipt_id

    def tasks(self) -> list[OpenTask]:
        with unit_of_work(self.tenant_id):
            return open_tasks(self.tenant_id, self.node_id)

    def stow(self, code: str | None = None) -> None:
        """Put everything away where it is suggested, or all of it into one bin."""
        place = None if code is None else self.bin(code).id
        put_away(by=self.by, puts=[Put(task.id, place or task.location_id, task.quantity) for task in self.tasks()])

    def stock(self, code: str, sku: str, state: str = "good") -> int:
        """Units of an item in a state at a place."""
        return int(
            self.value(
                """SELECT coalesce(sum(balance), 0) FROM ledger_account
                   WHERE tenant_id = %s AND place_id = %s AND item_id = %s AND state = %s""",
                self.bin(code).id,
                self.items[sku],
                state,
            )
        )

    def on_hand(self, sku: str) -> int:
        """What the node tells of an item."""
        found = self.value("SELECT sum(on_hand) FROM wms_node_stock WHERE tenant_id = %s AND item_id = %s", self.items[sku])
        return int(found or 0)

    def allocate(self, code: str, sku: str, quantity: int) -> None:
        """Promise units in a bin to an order (good to allocated)."""
        key = (self.node_id, self.items[sku], self.owner_id)
        place = self.bin(code).id
        move = Move(physical(*key, "good", place), physical(*key, "allocated", place), quantity, "test", 1)
        post_movements(by=self.by, moves=[move])

    def value(self, statement: str, *parameters: Any) -> Any:
        with unit_of_work(self.tenant_id):
            return fetch_value(statement, (self.tenant_id, *parameters))

    def letters(self, kind: str) -> list[dict[str, Any]]:
        """Payloads of the letters of one type, in the order they were written."""
        with unit_of_work(self.tenant_id):
            rows = fetch_all(
                "SELECT payload::text FROM contract_outbox WHERE tenant_id = %s AND type = %s ORDER BY id", (self.tenant_id, kind)
            )
        return [json.loads(row[0]) for row in rows]

    def told(self) -> list[tuple[str, int, int, int, str]]:
        """Every told change of stock: (sku, delta, on hand, sequence, reason)."""
        return [
            (line["sku"], line["delta"], line["on_hand"], line["sequence"], line["reason"])
            for letter in self.letters("InventoryChanged")
            for line in letter["lines"]
        ]

    def exceptions(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and facts of every open exception."""
        with unit_of_work(self.tenant_id):
            return [(found.kind, found.facts) for found in open_exceptions(self.tenant_id, self.node_id)]

    def broken_rules(self, *, besides: tuple[str, ...] = ()) -> list[str]:
        """The rules of the books this tenant breaks. Those about promises are the other wing's."""
        with unit_of_work(self.tenant_id):
            views = fetch_all("SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = 'exam' ORDER BY viewname")
            union = " UNION ALL ".join(
                f"SELECT '{view}' WHERE EXISTS (SELECT FROM exam.{view} WHERE tenant_id = %(tenant)s)"
                for (view,) in views
                if view not in {"promise_book_equals_report", *besides}
            )
            return [rule for (rule,) in fetch_all(union, {"tenant": self.tenant_id})]


@pytest.fixture
def floor(business: Any) -> Iterator[Floor]:
    """A warehouse with 2 aisles x 2 blocks x 3 bins a side x 2 levels, 100 units a bin, that no order management listens to."""
    with registered("oms", None):
        node = NodeDefinition(code="BER", name="Berlin", kind="warehouse", country="DE", latitude=52.5, longitude=13.4)
        node_id = define_nodes(by=business.by, nodes=[node])["BER"]
        text = make_layout(aisles=2, blocks=2, bins_per_side=3, levels=2, docks=2, capacity_units=100, capacity_grams=50_000)
        import_layout(by=business.by, node_code="BER", text=text)
        with unit_of_work(business.tenant_id):
            owner = owners(business.tenant_id)[business.owner_id].code
        yield Floor(business.by, business.owner_id, owner, "BER", node_id)
