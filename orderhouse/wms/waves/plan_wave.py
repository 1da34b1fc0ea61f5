"""Choose orders, find their stock, lay out the walks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.allocation.allocate_stock import Allocations, allocate_stock
from orderhouse.wms.allocation.rules import Piece
from orderhouse.wms.allocation.short_lines import short_lines
from orderhouse.wms.layout.queries import site_geometry
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.store import lock_outbounds
from orderhouse.wms.picking.store import NewTask, insert_tasks
from orderhouse.wms.picking.strategies import STRATEGIES, CartLimits
from orderhouse.wms.waves import store
from orderhouse.wms.waves.rules import Choice, Spot, Walk, meters_order_by_order, plan_walks, zones_of


@dataclass(frozen=True, slots=True)
class WavePlan:
    """A planned wave: its tours, orders, lines, units, the meters walked, and what one order a tour in S-shape would walk.
    ``waiting`` orders have stock that is in no bin yet; ``shorted`` units the node has not got."""

    wave_id: int
    number: str
    tours: int
    orders: int
    lines: int
    units: int
    meters: float
    meters_order_by_order: float
    waiting: int
    shorted: int


def plan_wave(
    *,
    by: By,
    node_id: int,
    strategy: str = "cluster",
    max_orders: int | None = None,
    cutoff_at: datetime | None = None,
    capacity: int = 12,
    max_units: int | None = None,
    zone: str | None = None,
    deadline_seconds: float = 0.0,
    seed: int = 0,
    choice: Choice | None = None,
) -> WavePlan | None:
    """Plan a wave of the node's waiting orders, or None where nothing can be picked.

    Orders go by priority, then by the moment they must leave; ``cutoff_at`` leaves out those that may leave later, ``zone``
    those that cannot be picked whole in that zone; ``choice`` says all that and more at once (:class:`.rules.Choice`). A cart takes ``capacity`` totes, one an order, and ``max_units`` units. Stock
    is allocated and tasks are made in one transaction; ``deadline_seconds`` of search for shorter walks follow outside it, and
    their result is taken if the wave is still only planned. Orders with stock on the dock wait for the next wave; units the
    node has not got are shorted (``ReleaseShorted``). Pickers see the wave once it is released.
    """
    if strategy not in STRATEGIES:
        raise InvalidInput(field="strategy", reason=f"{strategy!r} is none of {', '.join(STRATEGIES)}")
    wanted = choice or Choice(cutoff_at=cutoff_at, max_orders=max_orders, zone=zone)
    with unit_of_work(by.tenant_id):
        geometry = site_geometry(by.tenant_id, node_id)
        zone_id = None if wanted.zone is None else store.zone_id(by.tenant_id, node_id, wanted.zone)
        limits = cart_limits(by.tenant_id, node_id, strategy=strategy, capacity=capacity, max_units=max_units)
        ids = store.orders_to_wave(by.tenant_id, node_id, wanted)
        found = allocate_stock(by=by, node_id=node_id, outbound_ids=ids, zone_id=zone_id)
        plan = None
        if found.pieces:
            spots = spots_of(found.pieces)
            walks = plan_walks(spots, geometry, strategy=strategy, limits=limits, seed=seed)
            plan = write_wave(
                by=by, node_id=node_id, strategy=strategy, cutoff_at=wanted.cutoff_at, found=found, walks=walks, zone_id=zone_id
            )
        finish_choice(by=by, outbound_ids=ids, found=found, zone_id=zone_id)
    if plan and deadline_seconds > 0:
        return _improve(by, plan, limits, deadline_seconds, seed)
    return plan


def cart_limits(tenant_id: int, node_id: int, *, strategy: str, capacity: int, max_units: int | None) -> CartLimits:
    """What one tour carries, and by zones where the strategy keeps to them."""
    zones = zones_of(store.zone_aisles(tenant_id, node_id)) if strategy == "zone" else ()
    return CartLimits(load=max_units, orders=capacity, zones=zones)


def spots_of(pieces: Sequence[Piece]) -> list[Spot]:
    """Where each piece is picked; a spot's ``ref`` is its piece's place among ``pieces``."""
    return [Spot(p.demand.outbound_id, (p.stock.aisle or 0, p.stock.y), p.quantity, n) for n, p in enumerate(pieces)]


def write_wave(
    *,
    by: By,
    node_id: int,
    strategy: str,
    cutoff_at: datetime | None,
    found: Allocations,
    walks: Sequence[Walk],
    zone_id: int | None = None,
) -> WavePlan:
    """Write a planned wave of allocated pieces with its tours and tasks; a walk's refs are places among ``found.pieces``."""
    with unit_of_work(by.tenant_id):
        pieces = found.pieces
        number = f"W{store.take_number(by.tenant_id, node_id, 'wave'):05d}"
        wave = store.Wave(new_id(), node_id, number, "planned", strategy)
        orders = {p.demand.outbound_id for p in pieces}
        plan = WavePlan(
            wave_id=wave.id,
            number=number,
            tours=len(walks),
            orders=len(orders),
            lines=len({p.demand.line_id for p in pieces}),
            units=sum(p.quantity for p in pieces),
            meters=sum(walk.meters for walk in walks),
            meters_order_by_order=meters_order_by_order(spots_of(pieces), site_geometry(by.tenant_id, node_id)),
            waiting=len({d.outbound_id for d in found.waiting}),
            shorted=0 if zone_id else sum(units for _, units in found.missing),
        )
        store.insert_wave(
            by,
            wave,
            cutoff_at=cutoff_at,
            orders=plan.orders,
            lines=plan.lines,
            units=plan.units,
            meters=plan.meters,
            alone=plan.meters_order_by_order,
        )
        tour_ids = store.insert_tours(by, wave, walks)
        insert_tasks(
            by,
            [
                _task(tour_id, n, pieces[ref])
                for tour_id, walk in zip(tour_ids, walks, strict=True)
                for n, ref in enumerate(walk.refs, 1)
            ],
        )
        execute(
            "UPDATE wms_outbound SET wave_id = %s WHERE tenant_id = %s AND id = ANY (%s)",
            (wave.id, by.tenant_id, sorted(orders)),
        )
        facts = {"number": number, "strategy": strategy, "orders": plan.orders, "lines": plan.lines, "tours": plan.tours}
        record_events(by=by, events=[Event("wave", wave.id, "wave-planned", facts)])
    return plan


def finish_choice(*, by: By, outbound_ids: Sequence[int], found: Allocations, zone_id: int | None) -> None:
    """Short what the node has not got (a zone cannot know that), and derive the orders that were looked at."""
    with unit_of_work(by.tenant_id):
        if zone_id is None:
            short_lines(by=by, missing=found.missing)
        derive_outbounds(by=by, outbound_ids=outbound_ids)


def _task(tour_id: int, sequence: int, piece: Piece) -> NewTask:
    demand, stock = piece.demand, piece.stock
    return NewTask(
        tour_id,
        sequence,
        demand.outbound_id,
        demand.line_id,
        demand.item_id,
        demand.owner_id,
        stock.lot_id,
        stock.place_id,
        piece.quantity,
    )


def _improve(by: By, plan: WavePlan, limits: CartLimits, deadline_seconds: float, seed: int) -> WavePlan:
    """Search for shorter walks with no lock held, then take them if the wave is as it was."""
    with unit_of_work(by.tenant_id):
        wave = store.lock_wave(by.tenant_id, plan.wave_id)
        geometry = site_geometry(by.tenant_id, wave.node_id)
        spots = [Spot(s.outbound_id, (s.aisle, s.y), s.quantity, s.task_id) for s in store.open_spots(by.tenant_id, wave.id)]
    walks = plan_walks(spots, geometry, strategy=wave.strategy, limits=limits, deadline_seconds=deadline_seconds, seed=seed)
    meters = sum(walk.meters for walk in walks)
    if meters >= plan.meters:
        return plan
    with unit_of_work(by.tenant_id):
        lock_outbounds(by.tenant_id, {spot.outbound_id for spot in spots})
        wave = store.lock_wave(by.tenant_id, plan.wave_id)
        now = {spot.task_id for spot in store.open_spots(by.tenant_id, wave.id)}
        if wave.state != "planned" or now != {spot.ref for spot in spots}:
            return plan
        store.replace_tours(by, wave, walks)
    return replace(plan, tours=len(walks), meters=meters)
