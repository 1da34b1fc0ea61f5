"""A node's day: its crew receives, puts away, picks, packs and hands over, led by the manager's own verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import cycle
from typing import NamedTuple

from orderhouse.crew.totes import Totes
from orderhouse.crew.worker import NO_MISHAPS, Done, Mishaps, Worker
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.queries import variances
from orderhouse.wms.floor.queries import open_work
from orderhouse.wms.layout.queries import locations_by_code
from orderhouse.wms.shipping.close_manifest import close_manifest
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.queries import parcels_to_ship
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.stock.queries import stock_in_bin
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave

LABELS_AT_ONCE = 500


class Waves(NamedTuple):
    """What was picked: waves, tours, picks, meters walked, tours left unfinished."""

    waves: int
    tours: int
    picks: int
    meters: float
    unfinished: int


class Dispatched(NamedTuple):
    """What left: parcels shipped, manifests, parcels without a label."""

    parcels: int
    manifests: int
    without_label: int


class Crew:
    """The people of one node. ``badges`` and ``totes`` are in use already; work goes round the badges in turn."""

    def __init__(
        self,
        by: By,
        *,
        node_id: int,
        badges: Sequence[str],
        totes: Sequence[str],
        mishaps: Mishaps = NO_MISHAPS,
        seed: int = 0,
    ) -> None:
        self.by, self.node_id = by, node_id
        self.totes = Totes(totes)
        self.workers = [Worker(by, node_id=node_id, badge=b, totes=self.totes, mishaps=mishaps, seed=seed) for b in badges]
        self._turn = cycle(self.workers)

    @property
    def scans(self) -> int:
        """Scans sent so far, all workers together."""
        return sum(worker.device.scans for worker in self.workers)

    def at(self, moment: datetime) -> None:
        """Move everybody's clock."""
        self.by = self.by.when(moment)
        for worker in self.workers:
            worker.device.at(moment)

    def work_day(self, *, strategy: str = "cluster", capacity: int = 12, max_orders: int | None = None) -> Dispatched:
        """Everything there is to do, in the order a node does it: dock, bins, waves, counts, bench, truck."""
        self.clear_receiving()
        self.clear_putaway()
        self.run_waves(strategy=strategy, capacity=capacity, max_orders=max_orders)
        self.clear_putaway()
        self.clear_counts()
        return self.dispatch()

    def clear_receiving(self) -> list[Done]:
        """Receive every receipt that is expected or at the dock."""
        waiting = [work for work in open_work(self.by.tenant_id, self.node_id, "", limit=1000) if work.flow == "receive"]
        return [next(self._turn).receive(work.target) for work in waiting if work.target is not None]

    def clear_putaway(self) -> int:
        """Empty the dock and the put-backs; how many tasks were worked. Stops where nothing moves any more."""
        worked, before = 0, self._open("putaway")
        while before:
            worked += next(self._turn).put_away().worked
            now = self._open("putaway")
            if now >= before:
                break
            before = now
        return worked

    def run_waves(
        self,
        *,
        strategy: str = "cluster",
        capacity: int = 12,
        max_orders: int | None = None,
        deadline_seconds: float = 0.0,
        pack: bool = True,
    ) -> Waves:
        """Plan, release and pick waves until nothing more can be picked; with ``pack``, pack after each, so that totes return."""
        total = Waves(0, 0, 0, 0.0, 0)
        while plan := plan_wave(
            by=self.by,
            node_id=self.node_id,
            strategy=strategy,
            capacity=capacity,
            max_orders=max_orders or max(1, len(self.totes) - capacity),
            deadline_seconds=deadline_seconds,
        ):
            release_wave(by=self.by, wave_id=plan.wave_id)
            walked = [
                next(self._turn).walk_tour(t.id) for t in tours(self.by.tenant_id, wave_id=plan.wave_id) if t.state != "done"
            ]
            unfinished = sum(not done.finished for done in walked)
            picks = sum(done.worked for done in walked)
            total = Waves(
                total.waves + 1,
                total.tours + len(walked),
                total.picks + picks,
                total.meters + plan.meters,
                total.unfinished + unfinished,
            )
            if pack:
                self.clear_packing()
        return total

    def clear_packing(self) -> list[int]:
        """Pack every order that is picked; the parcels made."""
        parcels: list[int] = []
        while self._open("pack"):
            packing = next(self._turn).pack_totes()
            parcels += packing.parcels
            if not packing.parcels:
                break
        return parcels

    def clear_counts(self, *, approve: bool = True) -> int:
        """Count every bin asked for, as the book has it now, and let the manager approve what differs; how many were counted."""
        counted = 0
        while self._open("count"):
            done = next(self._turn).count(self._what_lies)
            counted += done.worked
            if not done.finished:
                break
        if approve:
            with unit_of_work(self.by.tenant_id):
                found = variances(self.by.tenant_id, self.node_id, limit=1000)
            if found:
                approve_variances(by=self.by, task_ids=[task.id for task in found])
        return counted

    def dispatch(self) -> Dispatched:
        """Label what is packed, close a manifest a carrier, and let it leave."""
        packed = [p.id for p in parcels_to_ship(self.by.tenant_id, self.node_id) if p.state == "packed"]
        without = 0
        for at in range(0, len(packed), LABELS_AT_ONCE):
            without += len(print_labels(by=self.by, parcel_ids=packed[at : at + LABELS_AT_ONCE]).failed)
        ready = parcels_to_ship(self.by.tenant_id, self.node_id)
        manifests = 0
        for carrier in sorted({p.carrier for p in ready if p.state == "labelled"}):
            close_manifest(by=self.by, node_id=self.node_id, carrier=carrier)
            manifests += 1
        leaving = [p.id for p in ready if p.state in ("labelled", "manifested")]
        for at in range(0, len(leaving), LABELS_AT_ONCE):
            ship_parcels(by=self.by, parcel_ids=leaving[at : at + LABELS_AT_ONCE])
        return Dispatched(len(leaving), manifests, without)

    def _open(self, flow: str) -> int:
        return sum(work.open for work in open_work(self.by.tenant_id, self.node_id, "") if work.flow == flow)

    def _what_lies(self, wanted: list[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """The world of a simulation is its book: units of each (bin, SKU)."""
        lies: dict[tuple[str, str], int] = {}
        with unit_of_work(self.by.tenant_id):
            places = locations_by_code(self.by.tenant_id, self.node_id, {bin_ for bin_, _ in wanted})
            for code, place in places.items():
                for stock in stock_in_bin(self.by.tenant_id, place.id):
                    if stock.state in ("good", "allocated"):
                        lies[code, stock.sku] = lies.get((code, stock.sku), 0) + stock.quantity
        return lies
