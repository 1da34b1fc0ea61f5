"""What races on the floor set out from: stock in bins, orders released, waved, picked, packed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from orderhouse.kernel.actors import By
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.wms.layout.open_totes import open_totes
from orderhouse.wms.packing.close_parcels import Closing, close_parcels
from orderhouse.wms.packing.open_parcels import open_parcels
from orderhouse.wms.packing.pack_units import PackedUnits, pack_units
from orderhouse.wms.packing.queries import units_to_pack
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.queries import TourStop, tour_stops
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import TourRow, tours
from orderhouse.wms.waves.release_wave import release_wave
from tests.journeys.house import House


@dataclass
class Floor:
    """One node's floor of a house, in the few words races need."""

    house: House
    node: str = "MAIN"

    def __post_init__(self) -> None:
        self.node_id = self.house.nodes[self.node]
        self.numbers = count(1)

    @property
    def by(self) -> By:
        by: By = self.house.by
        return by

    def badge(self, name: str) -> By:
        return replace(self.by, actor=name, device=f"scanner-{name}")

    def tote(self) -> int:
        """A fresh tote."""
        code = f"{self.node}-R{next(self.numbers):06d}"
        return open_totes(by=self.by, node_id=self.node_id, codes=[code])[code]

    def release(self, orders: Sequence[Mapping[str, int]]) -> list[int]:
        """Place orders and release them; their ids."""
        ids = [self.house.order(lines) for lines in orders]
        release_orders(by=self.by, order_ids=ids)
        return ids

    def wave(self, **wishes: Any) -> list[TourRow]:
        """Plan a wave of what waits and release it; its tours."""
        plan = plan_wave(by=self.by, node_id=self.node_id, **wishes)
        if plan is None:
            return []
        release_wave(by=self.by, wave_id=plan.wave_id)
        return tours(self.house.business.tenant_id, wave_id=plan.wave_id)

    def stops(self, tour_id: int) -> list[TourStop]:
        return tour_stops(self.house.business.tenant_id, tour_id)

    def walk(self, tour_id: int, by: By, tote_ids: Sequence[int]) -> None:
        """Start a tour and pick all of it, each order into a tote of its own."""
        stops = start_tour(by=by, tour_id=tour_id).stops
        orders = list(dict.fromkeys(stop.outbound_id for stop in stops))
        tote_of = dict(zip(orders, tote_ids, strict=False))
        confirm_picks(by=by, picks=[PickDone(s.task_id, s.quantity, tote_of[s.outbound_id]) for s in stops])

    def picked(self, orders: Sequence[Mapping[str, int]]) -> list[int]:
        """Orders placed, released, waved and picked; the ids of their outbounds."""
        ids = self.release(orders)
        for n, tour in enumerate(self.wave(strategy="discrete")):
            self.walk(tour.id, self.badge(f"P-{n}"), [self.tote()])
        return self.outbounds(ids)

    def pack(self, outbound_id: int) -> int:
        """Open, fill and close one parcel; its id."""
        (opened,) = open_parcels(by=self.by, outbound_ids=[outbound_id])
        units = units_to_pack(self.house.business.tenant_id, [outbound_id])
        pack_units(
            by=self.by,
            units=[PackedUnits(opened.parcel_id, u.outbound_line_id, u.lot_id, u.quantity, u.place_id) for u in units],
        )
        close_parcels(by=self.by, parcels=[Closing(opened.parcel_id, 900)])
        return opened.parcel_id

    def labelled(self, orders: Sequence[Mapping[str, int]]) -> list[int]:
        """Orders all the way to a labelled parcel each; the parcels' ids."""
        parcels = [self.pack(outbound_id) for outbound_id in self.picked(orders)]
        assert not print_labels(by=self.by, parcel_ids=parcels).failed
        return parcels

    def outbounds(self, order_ids: Collection[int]) -> list[int]:
        rows = self.house.rows(
            """SELECT o.id FROM oms_release r JOIN wms_outbound o ON o.tenant_id = r.tenant_id AND o.release_number = r.number
               WHERE r.order_id = ANY (%s) AND o.node_id = %s ORDER BY r.order_id, o.id""",
            list(order_ids),
            self.node_id,
        )
        return [row[0] for row in rows]

    def item(self, sku: str) -> int:
        return int(self.house.value("SELECT id FROM catalog_item WHERE sku = %s", sku))

    def bin_of(self, sku: str) -> int:
        """The bin where most of an item stands."""
        return int(
            self.house.value(
                """SELECT a.place_id FROM ledger_account a JOIN wms_location l ON l.id = a.place_id AND l.kind = 'bin'
                   WHERE a.book = 'physical' AND a.item_id = %s AND a.node_id = %s AND a.state IN ('good', 'allocated')
                   GROUP BY a.place_id ORDER BY sum(a.balance) DESC LIMIT 1""",
                self.item(sku),
                self.node_id,
            )
        )

    def nobody_is_stuck(self) -> None:
        """No tour is open without an open pick, no wave without an open tour."""
        assert (
            self.house.rows(
                """SELECT t.number FROM wms_tour t WHERE t.state = 'started' AND NOT EXISTS (
                 SELECT FROM wms_pick_task p WHERE p.tour_id = t.id AND p.state IN ('ready', 'started'))"""
            )
            == []
        )
        assert (
            self.house.rows(
                """SELECT w.number FROM wms_wave w WHERE w.state = 'released' AND NOT EXISTS (
                 SELECT FROM wms_tour t WHERE t.wave_id = w.id AND t.state <> 'done')"""
            )
            == []
        )
