"""The house the model is held against: two warehouses, three items, one channel, and the product's own verbs as short words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import orjson

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.open_business import open_business
from orderhouse.contract.letters import Arrival, Receipt
from orderhouse.contract.mailbox import accept
from orderhouse.contract.messages import Address, SubmitLine, SubmitOrder
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs
from orderhouse.wms.inbound.receive_goods import Received, receive_goods
from orderhouse.wms.inbound.start_blind_receipt import start_blind_receipt
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.open_totes import open_totes
from orderhouse.wms.packing.close_parcels import Closing, close_parcels
from orderhouse.wms.packing.open_parcels import open_parcels
from orderhouse.wms.packing.pack_units import PackedUnits, pack_units
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.putaway.put_away import Put, put_away
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.release_wave import release_wave

NODES = ("MAIN", "NORTH")
SKUS = ("A", "B", "C")
TARIFF = {
    "zones": [{"zone": "near", "max_km": 150, "domestic": True}, {"zone": "home", "domestic": True}],
    "rates": [
        {"service": "standard", "zone": "near", "base": 290, "per_step": 35, "transit_days": 1},
        {"service": "standard", "zone": "home", "base": 390, "per_step": 55, "transit_days": 2},
    ],
}
LONDON = Address(
    name="Ada", country="GB", lines=("1 Mile End",), city="London", postal_code="E1", latitude=51.52, longitude=-0.05
)
LAYOUT = make_layout(aisles=1, blocks=1, bins_per_side=3, levels=1, docks=1, staging=1, pack_benches=1)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Rows = list[tuple[Any, ...]]


@dataclass
class World:
    """One business. Its clock moves a second with every command."""

    by_: By
    nodes: dict[str, int]
    items: dict[str, int]
    owner_id: int
    receipts: dict[str, int] = field(default_factory=dict)
    seconds: Any = field(default_factory=lambda: count(1))
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def by(self) -> By:
        return self.by_.when(MONDAY + timedelta(seconds=next(self.seconds)))

    @property
    def tenant_id(self) -> int:
        return self.by_.tenant_id

    def rows(self, statement: str, **params: Any) -> Rows:
        with unit_of_work(self.tenant_id):
            return fetch_all(statement, {"t": self.tenant_id, **params})

    def violations(self) -> dict[str, list[dict[str, object]]]:
        """Every rule of the books that is broken."""
        return {f.rule: f.examples for f in prove_balances(by=self.by).findings if f.violations}

    # ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def submission(self, lines: Sequence[tuple[str, int]], priority: int, number: int) -> SubmitOrder:
        return SubmitOrder(
            channel="WEB",
            channel_order_id=str(number),
            placed_at=MONDAY,
            currency="GBP",
            ship_to=LONDON,
            lines=tuple(SubmitLine(n, sku, units, Decimal("2.50")) for n, (sku, units) in enumerate(lines, 1)),
            priority=priority,
        )

    # ── the floor ────────────────────────────────────────────────────────────────────────────────────────────────────
    def receive(self, node: str, sku: str, units: int, condition: str) -> list[int]:
        """Goods off a truck nobody announced; the putaway tasks."""
        if node not in self.receipts:
            self.receipts[node] = start_blind_receipt(by=self.by, node_id=self.nodes[node]).receipt_id
        goods = [Received(self.items[sku], units, condition)]
        return receive_goods(by=self.by, receipt_id=self.receipts[node], goods=goods).task_ids

    def putaway_tasks(self, kind: str) -> Rows:
        """(task, node, SKU, units left, bin, release, line number), the oldest first."""
        return self.rows(
            """SELECT t.id, n.code, i.sku, t.quantity - t.done, t.location_id, o.release_number, l.line_number FROM wms_putaway_task t
               JOIN catalog_node n ON n.tenant_id = t.tenant_id AND n.id = t.node_id
               JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
               LEFT JOIN wms_outbound_line l ON l.tenant_id = t.tenant_id AND l.id = t.outbound_line_id
               LEFT JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = l.outbound_id
               WHERE t.tenant_id = %(t)s AND t.state = 'ready' AND t.kind = %(kind)s ORDER BY t.id""",
            kind=kind,
        )

    def put(self, task_id: int, location_id: int, units: int) -> None:
        put_away(by=self.by, puts=[Put(task_id, location_id, units)])

    def wave(self, node: str, strategy: str) -> None:
        """Plan, release, and start every tour, each by a badge of its own."""
        plan = plan_wave(by=self.by, node_id=self.nodes[node], strategy=strategy, capacity=4)
        if plan is None:
            return
        release_wave(by=self.by, wave_id=plan.wave_id)
        for (tour_id,) in self.rows(
            "SELECT id FROM wms_tour WHERE tenant_id = %(t)s AND wave_id = %(w)s ORDER BY id", w=plan.wave_id
        ):
            start_tour(by=self.walker(tour_id), tour_id=tour_id)

    def walker(self, tour_id: int) -> By:
        """Whoever walks a tour: a badge walks one."""
        by = self.by
        return By(by.tenant_id, f"B{tour_id}", by.at, device="scanner")

    def tasks(self) -> Rows:
        """Open pick tasks: (task, tour, outbound, node, release, line number, SKU, units, picked, bin)."""
        return self.rows(
            """SELECT t.id, t.tour_id, t.outbound_id, n.code, o.release_number, l.line_number, i.sku, t.quantity, t.picked, t.location_id
               FROM wms_pick_task t JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
               JOIN wms_outbound_line l ON l.tenant_id = t.tenant_id AND l.id = t.outbound_line_id
               JOIN catalog_node n ON n.tenant_id = t.tenant_id AND n.id = o.node_id
               JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
               WHERE t.tenant_id = %(t)s AND t.state = 'started' ORDER BY t.id"""
        )

    def tote(self, node: str, outbound_id: int) -> int:
        """The order's own tote, or a free one."""
        (found,) = self.rows(
            """SELECT h.id FROM wms_handling_unit h JOIN catalog_node n ON n.tenant_id = h.tenant_id AND n.id = h.node_id
               WHERE h.tenant_id = %(t)s AND n.code = %(node)s AND h.kind = 'tote' AND (h.outbound_id = %(outbound)s OR h.outbound_id IS NULL AND NOT EXISTS (
                 SELECT FROM ledger_account a WHERE a.tenant_id = h.tenant_id AND a.place_id = h.id AND a.balance > 0))
               ORDER BY h.outbound_id IS NULL, h.id LIMIT 1""",
            node=node,
            outbound=outbound_id,
        )
        return int(found[0])

    def pick(self, task: tuple[Any, ...], units: int) -> None:
        tote = self.tote(task[3], task[2])
        confirm_picks(by=self.walker(task[1]), picks=[PickDone(task[0], units, tote)])

    def to_pack(self) -> Rows:
        """Units in hand that are not on their way back: (outbound, release, outbound line, line number, tote or carton, lot, units
        there, units picked)."""
        return self.rows(
            """SELECT o.id, o.release_number, l.id, l.line_number, a.place_id, a.lot_id, (a.balance - b.units)::int, l.picked FROM wms_outbound o
               JOIN wms_outbound_line l ON l.tenant_id = o.tenant_id AND l.outbound_id = o.id AND l.picked > 0
               JOIN wms_handling_unit h ON h.tenant_id = o.tenant_id AND (h.outbound_id = o.id OR EXISTS (
                 SELECT FROM wms_parcel p WHERE p.tenant_id = o.tenant_id AND p.id = h.id AND p.outbound_id = o.id))
               JOIN ledger_account a ON a.tenant_id = o.tenant_id AND a.book = 'physical' AND a.state = 'picked' AND a.place_id = h.id
                 AND a.item_id = l.item_id
               CROSS JOIN LATERAL (SELECT coalesce(sum(t.quantity - t.done), 0) AS units FROM wms_putaway_task t WHERE t.tenant_id = o.tenant_id
                 AND t.outbound_line_id = l.id AND t.source_place_id = a.place_id AND t.kind = 'putback' AND t.state = 'ready') b
               WHERE o.tenant_id = %(t)s AND NOT o.cancel_wanted AND a.balance > b.units ORDER BY o.id, l.id, a.place_id"""
        )

    def pack(self, outbound_id: int, units: Mapping[tuple[int, int, int], int]) -> None:
        """One parcel of all that is in hand: (outbound line, lot, tote) to units."""
        (parcel,) = open_parcels(by=self.by, outbound_ids=[outbound_id])
        packed = [PackedUnits(parcel.parcel_id, line, lot, quantity, tote) for (line, lot, tote), quantity in units.items()]
        pack_units(by=self.by, units=packed)
        close_parcels(by=self.by, parcels=[Closing(parcel.parcel_id, 500)])

    def parcels(self) -> Rows:
        """Contents of parcels that are packed: (parcel, release, line number, SKU, node, units)."""
        return self.rows(
            """SELECT p.id, o.release_number, l.line_number, i.sku, n.code, sum(c.quantity)::int FROM wms_parcel p
               JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
               JOIN wms_parcel_line c ON c.tenant_id = p.tenant_id AND c.parcel_id = p.id AND c.quantity > 0
               JOIN wms_outbound_line l ON l.tenant_id = p.tenant_id AND l.id = c.outbound_line_id
               JOIN catalog_item i ON i.tenant_id = p.tenant_id AND i.id = l.item_id
               JOIN catalog_node n ON n.tenant_id = p.tenant_id AND n.id = p.node_id
               WHERE p.tenant_id = %(t)s AND p.state IN ('packed', 'labelled') GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3"""
        )

    def ship(self, parcel_id: int) -> None:
        assert not print_labels(by=self.by, parcel_ids=[parcel_id]).failed
        ship_parcels(by=self.by, parcel_ids=[parcel_id])

    def bins(self, node: str, sku: str) -> Rows:
        """Every bin: (bin, free units of the item, allocated ones), in code order."""
        return self.rows(
            """SELECT p.id, coalesce(sum(a.balance) FILTER (WHERE a.state = 'good'), 0)::int,
                 coalesce(sum(a.balance) FILTER (WHERE a.state = 'allocated'), 0)::int
               FROM wms_location p JOIN catalog_item i ON i.tenant_id = p.tenant_id AND i.sku = %(sku)s
               LEFT JOIN ledger_account a ON a.tenant_id = p.tenant_id AND a.book = 'physical' AND a.place_id = p.id AND a.item_id = i.id
               WHERE p.node_id = %(node)s AND p.kind = 'bin' AND p.tenant_id = %(t)s GROUP BY p.id, p.code ORDER BY p.code""",
            sku=sku,
            node=self.nodes[node],
        )

    # ── the post ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def letters(self) -> list[tuple[str, str, Arrival]]:
        """Every letter between the wings so far: (source, destination, letter), the oldest first."""
        rows = self.rows(
            """SELECT source, destination, id, type, version, subject, payload::text, actor, created_at FROM contract_outbox
               WHERE tenant_id = %(t)s AND (destination = 'oms' OR destination LIKE 'node:%%') ORDER BY id"""
        )
        return [(row[0], row[1], Arrival(row[2], row[3], row[4], row[5], orjson.loads(row[6]), row[7], row[8])) for row in rows]

    def deliver(self, source: str, destination: str, letter: Arrival) -> Receipt:
        """Hand over a letter as a partner's would come."""
        (receipt,) = accept(by=self.by, source=source, destination=destination, arrivals=[letter])
        return receipt


def build_world() -> World:
    """A fresh business; its shelves are empty."""
    code = f"m-{uuid4().hex[:12]}"
    opened = open_business(code=code, name=code, at=MONDAY)
    by = By(opened.tenant_id, "model", MONDAY)
    nodes = define_nodes(
        by=by,
        nodes=[
            NodeDefinition("MAIN", "Daventry", "warehouse", "GB", 52.26, -1.16, time_zone="Europe/London"),
            NodeDefinition("NORTH", "Glasgow", "warehouse", "GB", 55.86, -4.25, time_zone="Europe/London"),
        ],
    )
    define_items(by=by, items=[ItemDefinition("OWN", sku, f"Item {sku}", weight_grams=400) for sku in SKUS])
    define_channels(by=by, channels=[ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP")])
    define_tariffs(by=by, tariffs=[TariffDefinition("own_fleet", "standard", TARIFF)])
    for code, node_id in nodes.items():
        import_layout(by=by, node_code=code, text=LAYOUT)
        open_totes(by=by, node_id=node_id, codes=[f"{code}-T{n:03d}" for n in range(60)])
    with unit_of_work(opened.tenant_id):
        items = dict(fetch_all("SELECT sku, id FROM catalog_item WHERE tenant_id = %s", (opened.tenant_id,)))
    return World(by, dict(nodes), items, opened.owner_id)
