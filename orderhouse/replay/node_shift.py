"""A node's people through one day: docks, bins, waves, bench, trucks, returns. All scanning goes by the floor's own doors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from typing import Any, TypeVar

import psycopg

from orderhouse.crew.day import Crew
from orderhouse.crew.worker import Done, Mishaps
from orderhouse.database import fetch_all, fetch_values, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.replay import world
from orderhouse.replay.open_world import ACTOR, Floor
from orderhouse.replay.stages import Stages
from orderhouse.replay.take_returns import take_returns
from orderhouse.wms.shipping.close_manifest import close_manifest
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.queries import parcels_to_ship
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave

MISHAPS = Mishaps(damaged=0.01, short=0.002, missing=0.01, surplus=0.005)
ORDERS_A_WAVE = 200

T = TypeVar("T")


class StuckOnTheFloor(RuntimeError):
    """Work that should have been possible was left undone: a defect, never something a file could cause."""


def again(work: Callable[[], T], *, times: int = 5) -> T:
    """Do a unit of work once more where the database broke a tie between two of them (deadlock)."""
    for left in range(times - 1, -1, -1):
        try:
            return work()
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            if not left:
                raise
            time.sleep(0.05)
    raise AssertionError("the last time returns or raises")


@dataclass(slots=True)
class NodeShift:
    """One node's crew. Everything it does takes up what lies there, so that a run that was killed just goes on."""

    tenant_id: int
    floor: Floor
    seed: int
    crew: Crew = field(init=False)
    stages: Stages = field(default_factory=Stages)

    def __post_init__(self) -> None:
        with unit_of_work(self.tenant_id):
            totes = fetch_values(
                """SELECT code FROM wms_handling_unit
                   WHERE tenant_id = %s AND node_id = %s AND kind = 'tote' AND outbound_id IS NULL ORDER BY code""",
                (self.tenant_id, self.floor.node_id),
            )
        self.crew = Crew(
            By(self.tenant_id, ACTOR, clock.now()),  # every piece of work sets its own moment
            node_id=self.floor.node_id,
            badges=self.floor.badges,
            totes=totes,
            mishaps=MISHAPS,
            seed=self.seed,
        )

    def facts(self) -> dict[str, Any]:
        """The stages since the last time this was asked, and scans so far."""
        stages, self.stages = self.stages, Stages()
        return {"stages": stages.as_facts(), "scans": {self.floor.site.code: self.crew.scans}}

    def receive(self, at: datetime) -> None:
        """Unload every truck that is due."""
        self.crew.at(at)
        with unit_of_work(self.tenant_id):
            due = fetch_values(
                """SELECT id FROM wms_receipt WHERE tenant_id = %s AND node_id = %s AND kind = 'asn' AND state <> 'closed'
                   AND expected_at <= %s ORDER BY expected_at, id""",
                (self.tenant_id, self.floor.node_id, at),
            )
        with self.stages.stage("receive") as lines:
            for receipt_id, worker in zip(due, cycle(self.crew.workers), strict=False):
                done = again(lambda worker=worker, receipt_id=receipt_id: worker.receive(receipt_id))  # type: ignore[misc]
                lines["receive"] += _finished(done, "receipt", receipt_id)

    def put_away(self, at: datetime) -> None:
        """Bring what stands on the docks to its bins."""
        self.crew.at(at)
        with self.stages.stage("put away") as lines:
            lines["put away"] += again(self.crew.clear_putaway)

    def ship(self, at: datetime, cutoff: datetime) -> None:
        """Wave what must leave by ``cutoff``, pick, pack, label, manifest, ship."""
        self.crew.at(at)
        by = By(self.tenant_id, ACTOR, at)
        for wave_id in self._waves(by, cutoff):
            self._pick(wave_id)
            with self.stages.stage("pack") as lines:
                lines["pack"] += len(again(self.crew.clear_packing))
        with self.stages.stage("put away"):
            again(self.crew.clear_putaway)
        with self.stages.stage("count"):
            again(self.crew.clear_counts)
        self._dispatch(by)

    def take_back(self, at: datetime) -> None:
        """Receive and grade what customers sent back, and put it away."""
        self.crew.at(at)
        with self.stages.stage("returns") as lines:
            units = again(lambda: take_returns(By(self.tenant_id, ACTOR, at), self.floor, self.crew, self.seed))
            lines["returns"] += units
            if units:
                again(self.crew.clear_putaway)

    def _waves(self, by: By, cutoff: datetime) -> Iterator[int]:
        """Waves to pick: those left open by a run that was killed, then new ones until nothing more must leave."""
        with unit_of_work(self.tenant_id):
            left = fetch_all(
                "SELECT id, state FROM wms_wave WHERE tenant_id = %s AND node_id = %s AND state <> 'done' ORDER BY id",
                (self.tenant_id, self.floor.node_id),
            )
        for wave_id, state in left:
            if state == "planned":
                release_wave(by=by, wave_id=wave_id)
            yield wave_id
        while True:
            with self.stages.stage("wave") as lines:
                most = min(ORDERS_A_WAVE, len(self.crew.totes))
                node_id = self.floor.node_id
                plan = again(lambda: plan_wave(by=by, node_id=node_id, cutoff_at=cutoff, max_orders=most, seed=self.seed))  # noqa: B023
                if plan is None:
                    return
                release_wave(by=by, wave_id=plan.wave_id)
                lines["wave"] += plan.lines
            yield plan.wave_id

    def _pick(self, wave_id: int) -> None:
        """Walk the wave's tours. A tour begun before a kill goes on in the hands that began it."""
        hands = cycle(self.crew.workers)
        by_badge = {worker.device.badge: worker for worker in self.crew.workers}
        with self.stages.stage("pick") as lines:
            for tour in tours(self.tenant_id, wave_id=wave_id):
                if tour.state != "done":
                    worker = by_badge[tour.badge] if tour.badge else next(hands)
                    done = again(lambda worker=worker, tour=tour: worker.walk_tour(tour.id))  # type: ignore[misc]
                    lines["pick"] += _finished(done, "tour", tour.number)

    def _dispatch(self, by: By) -> None:
        """Label every packed parcel, close a manifest for each carrier, and let the trucks leave."""
        with self.stages.stage("label") as lines:
            packed = [p.id for p in parcels_to_ship(self.tenant_id, self.floor.node_id) if p.state == "packed"]
            for first in range(0, len(packed), 500):
                printed = print_labels(by=by, parcel_ids=packed[first : first + 500])
                if printed.failed:
                    raise StuckOnTheFloor(str(printed.failed[0]))
            lines["label"] += len(packed)
        with self.stages.stage("ship") as lines:
            for carrier in (world.PARCELS, world.PALLETS):
                try:
                    close_manifest(by=by, node_id=self.floor.node_id, carrier=carrier)
                except Refusal as nothing:
                    if nothing.code != "nothing-to-manifest":
                        raise
            leaving = [p.id for p in parcels_to_ship(self.tenant_id, self.floor.node_id) if p.state == "manifested"]
            again(lambda: ship_parcels(by=by, parcel_ids=leaving))
            lines["ship"] += len(leaving)


def _finished(done: Done, what: str, name: object) -> int:
    """The tasks worked; a piece of work that did not come to its end is a defect somewhere."""
    if not done.finished:
        raise StuckOnTheFloor(f"{what} {name} was not finished: {done}")
    return done.worked
