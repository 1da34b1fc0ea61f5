"""The small warehouse with everything from release to shipped, in short words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, count
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import Address, CancelRelease, LineQuantity, ReleaseLine, ReleaseOrder
from orderhouse.contract.ports.carrier import register_carrier
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.integrations.carriers.own_fleet.adapter import OwnFleet
from orderhouse.kernel.actors import By
from orderhouse.wms.layout.open_totes import open_totes
from orderhouse.wms.outbound.queries import OutboundDetail, outbound, outbound_id
from orderhouse.wms.packing.close_parcels import Closing, close_parcels
from orderhouse.wms.packing.open_parcels import open_parcels
from orderhouse.wms.packing.pack_units import PackedUnits, pack_units
from orderhouse.wms.packing.queries import units_to_pack
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.queries import TourStop, tour_stops
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.stock.tests.floor import Floor
from orderhouse.wms.waves.plan_wave import WavePlan, plan_wave
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave


@dataclass
class ShippingFloor(Floor):
    """A floor whose ``fleet`` carries parcels. Orders are named by their release numbers."""

    fleet: OwnFleet = None  # type: ignore[assignment]

    def keep(self, sku: str, *bins: tuple[str, int], **traits: Any) -> None:
        """Receive units of an item and put so many into each bin."""
        self.item(sku, **{name: value for name, value in traits.items() if name in ITEM_TRAITS})
        for code, units in bins:
            self.receive(sku, units, **{name: value for name, value in traits.items() if name not in ITEM_TRAITS})
            self.stow(code)

    def release(self, number: str, *lines: tuple[str, int], priority: int = 50, hours: float = 8, **changed: Any) -> None:
        """Release an order of (SKU, units) lines, to leave in so many hours."""
        message = ReleaseOrder(
            release=number,
            order=f"O-{number}",
            node=self.node,
            ship_to=Address("Ada Lovelace", "DE", ("Hauptstr. 1",), "Berlin", "", "10115"),
            carrier="own_fleet",
            service="standard",
            ship_by=self.by.at + timedelta(hours=hours),
            priority=priority,
            lines=tuple(ReleaseLine(n, sku, self.owner, units) for n, (sku, units) in enumerate(lines, 1)),
        )
        put(by=self.by, source="oms", letters=[Letter(f"node:{self.node}", number, replace(message, **changed))])

    def cancel(self, number: str, *lines: tuple[int, int], reason: str = "customer") -> None:
        """Cancel a release, or (line number, units) of it."""
        taken = tuple(LineQuantity(n, units) for n, units in lines)
        put(
            by=self.by,
            source="oms",
            letters=[Letter(f"node:{self.node}", number, CancelRelease(number, self.node, reason, taken))],
        )

    def out(self, number: str) -> OutboundDetail:
        return outbound(self.tenant_id, self.id_of(number))

    def id_of(self, number: str) -> int:
        return outbound_id(self.tenant_id, self.node_id, number)

    def counts(self, number: str, line: int = 1) -> dict[str, int]:
        """A line's counts that are not zero."""
        found = next(each for each in self.out(number).lines if each.line_number == line)
        return {name: units for name, units in found.counts._asdict().items() if units}

    def wave(self, **wishes: Any) -> WavePlan | None:
        """Plan a wave and release it."""
        plan = plan_wave(by=self.by, node_id=self.node_id, **wishes)
        if plan:
            release_wave(by=self.by, wave_id=plan.wave_id)
        return plan

    def tour_ids(self) -> list[int]:
        return [tour.id for tour in tours(self.tenant_id, node_id=self.node_id)]

    def stops(self) -> list[TourStop]:
        """The open picks of all open tours, walk by walk."""
        found = [stop for tour_id in self.tour_ids() for stop in tour_stops(self.tenant_id, tour_id)]
        return [stop for stop in found if stop.state in ("ready", "started")]

    def tote(self, code: str) -> int:
        return open_totes(by=self.by, node_id=self.node_id, codes=[code])[code]

    def start(self, by: By | None = None) -> dict[int, By]:
        """Start the open tours, each with a picker of its own: the first with ``by``. Who walks each."""
        first = by or self.by
        walks = {tour.id: tour.badge for tour in tours(self.tenant_id, node_id=self.node_id)}
        names = (name for name in chain([first.actor], map(f"{first.actor}-{{}}".format, count(2))) if name not in walks.values())
        pickers = {tour_id: replace(first, actor=badge or next(names)) for tour_id, badge in walks.items()}
        for tour_id, picker in pickers.items():
            start_tour(by=picker, tour_id=tour_id)
        return pickers

    def pick(self, *numbers: str) -> None:
        """Start the open tours and pick them (of these releases, or all), each order into the tote named after it."""
        for tour_id, picker in self.start().items():
            stops = [s for s in tour_stops(self.tenant_id, tour_id) if s.state == "started"]
            wanted = [s for s in stops if not numbers or s.release_number in numbers]
            picks = [PickDone(s.task_id, s.quantity - s.picked, self.tote(f"T-{s.release_number}")) for s in wanted]
            confirm_picks(by=picker, picks=picks)

    def pack(self, *numbers: str, grams: int = 900, close: bool = True) -> list[int]:
        """Pack all that is picked of these releases, a parcel each; the parcels' ids."""
        ids = [self.id_of(number) for number in numbers]
        parcels = {opened.outbound_id: opened.parcel_id for opened in open_parcels(by=self.by, outbound_ids=ids)}
        pack_units(
            by=self.by,
            units=[
                PackedUnits(parcels[unit.outbound_id], unit.outbound_line_id, unit.lot_id, unit.quantity, unit.place_id)
                for unit in units_to_pack(self.tenant_id, ids)
            ],
        )
        if close:
            close_parcels(by=self.by, parcels=[Closing(parcel_id, grams) for parcel_id in parcels.values()])
        return list(parcels.values())

    def ship(self, parcel_ids: Sequence[int]) -> None:
        """Label parcels and ship them."""
        assert print_labels(by=self.by, parcel_ids=parcel_ids).failed == ()
        ship_parcels(by=self.by, parcel_ids=parcel_ids)

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with unit_of_work(self.tenant_id):
            return fetch_all(statement, (self.tenant_id, *parameters))

    def said(self, number: str) -> list[tuple[str, Any]]:
        """What was told of a release, as (message type, its telling part), in order."""
        part: dict[str, Callable[[dict[str, Any]], Any]] = {
            "ReleaseProgressed": lambda m: m["state"],
            "ReleaseRejected": lambda m: m["reason_code"],
            "ReleaseCancelled": lambda m: [(line["line_number"], line["quantity"]) for line in m["lines"]],
            "ReleaseShorted": lambda m: [(line["line_number"], line["quantity"]) for line in m["lines"]],
        }
        rows = self.rows(
            "SELECT type, payload::text FROM contract_outbox WHERE tenant_id = %s AND source = 'wms' AND subject = %s ORDER BY id",
            number,
        )
        return [(kind, part[kind](json.loads(payload)) if kind in part else None) for kind, payload in rows]

    def refused(self) -> list[Any]:
        """Letters to the node that were refused or failed: there should be none."""
        return self.rows("SELECT type, refusal::text FROM contract_inbox WHERE tenant_id = %s AND state = 'refused'") + self.rows(
            "SELECT type, error FROM contract_outbox WHERE tenant_id = %s AND destination <> 'oms' AND error <> ''"
        )


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside the block."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def spy(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        sent.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(self, query, *rest, **more)

    with patch.object(psycopg.Cursor, "execute", spy):
        yield sent


ITEM_TRAITS = {"tracks_lots", "tracks_serials", "minimum_life_days", "packs", "weight_grams"}


@pytest.fixture
def shop(floor: Floor) -> Iterator[ShippingFloor]:
    """The small warehouse with a fleet at its door. After every test the books must be in order."""
    fleet = OwnFleet()
    register_carrier("own_fleet", fleet)
    shop = ShippingFloor(floor.by, floor.owner_id, floor.owner, floor.node, floor.node_id, fleet=fleet)
    yield shop
    assert shop.broken_rules() == []
    assert shop.refused() == []
