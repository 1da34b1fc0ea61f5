"""Choose orders, find their stock, lay out the walks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.allocation.allocate_stock import allocate_stock
from orderhouse.wms.allocation.rules import Piece
from orderhouse.wms.allocation.short_lines import short_lines
from orderhouse.wms.layout.queries import site_geometry
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.store import lock_outbounds
from orderhouse.wms.picking.store import NewTask, insert_tasks
from orderhouse.wms.picking.strategies import STRATEGIES, CartLimits
from orderhouse.wms.waves import store
from orderhouse.wms.waves.rules import Spot, meters_order_by_order, plan_walks, zones_of


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
) -> WavePlan | None:
    """Plan a wave of the node's waiting orders, or None where nothing can be picked.

    Orders go by priority, then by the moment they must leave; ``cutoff_at`` leaves out those that may leave later, ``zone``
    those that cannot be picked whole in that zone. A cart takes ``capacity`` totes, one an order, and ``max_units`` units. Stock
    is allocated and tasks are made in one transaction; ``deadline_seconds`` of search for shorter walks follow outside it, and
    their result is taken if the wave is still only planned. Orders with stock on the dock wait for the next wave; units the
    node has not got are shorted (``ReleaseShorted``). Pickers see the wave once it is released.
    """
    if strategy not in STRATEGIES:
        raise InvalidInput(field="strategy", reason=f"{strategy!r} is none of {', '.join(STRATEGIES)}")
    with unit_of_work(by.tenant_id):
        geometry = site_geometry(by.tenant_id, node_id)
        zone_id = None if zone is None else store.zone_id(by.tenant_id, node_id, zone)
        zones = zones_of(store.zone_aisles(by.tenant_id, node_id)) if strategy == "zone" else ()
        limits = CartLimits(load=max_units, orders=capacity, zones=zones)
        ids = store.orders_to_wave(by.tenant_id, node_id, cutoff_at=cutoff_at, limit=max_orders)
        found = allocate_stock(by=by, node_id=node_id, outbound_ids=ids, zone_id=zone_id)
        plan = None
        if found.pieces:
            pieces = found.pieces
            spots = [Spot(p.demand.outbound_id, (p.stock.aisle or 0, p.stock.y), p.quantity, n) for n, p in enumerate(pieces)]
            walks = plan_walks(spots, geometry, strategy=strategy, limits=limits, seed=seed)
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
                meters_order_by_order=meters_order_by_order(spots, geometry),
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
        if zone_id is None:
            short_lines(by=by, missing=found.missing)
        derive_outbounds(by=by, outbound_ids=ids)
    if plan and deadline_seconds > 0:
        return _improve(by, plan, limits, deadline_seconds, seed)
    return plan


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
