"""Zone picking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.picking.strategies import batch
from orderhouse.wms.picking.strategies.tours import CartLimits, PickOrder, PlannedTour, check_orders
from orderhouse.wms.routing import Geometry


def plan(
    orders: Sequence[PickOrder],
    geometry: Geometry,
    limits: CartLimits,
    *,
    deadline_seconds: float = 0.0,
    seed: int = 0,
    iterations: int | None = None,
) -> list[PlannedTour]:
    """Every zone picks its own part of each order, in batches, and the parts meet at consolidation: pickers stay in their
    aisles, and an order appears in one tour of each zone it touches. An order's load is shared out by its stops; the
    deadline by the zones' orders. Needs the zones, every aisle with a stop in exactly one."""
    check_orders(orders)
    zone_of = {aisle: zone for zone, aisles in enumerate(limits.zones) for aisle in aisles}
    if len(zone_of) != sum(map(len, limits.zones)):
        raise InvalidInput(field="limits.zones", reason="an aisle lies in two zones")
    parts: list[list[PickOrder]] = [[] for _ in limits.zones]
    stops_in: dict[tuple[int, object], list[int]] = {}
    for order in orders:
        for index, (aisle, _) in enumerate(order.stops):
            if aisle not in zone_of:
                raise InvalidInput(field="limits.zones", reason=f"aisle {aisle} lies in no zone", remedy="Assign it to one.")
            stops_in.setdefault((zone_of[aisle], order.key), []).append(index)
        shared = 0
        walked = 0
        for zone in range(len(limits.zones)):
            if indices := stops_in.get((zone, order.key)):
                walked += len(indices)
                load = order.load * walked // len(order.stops) - shared  # rounded so that the parts add up to the order
                shared += load
                parts[zone].append(PickOrder(order.key, tuple(order.stops[index] for index in indices), load))
    pieces = sum(map(len, parts))
    planned: list[PlannedTour] = []
    for zone, part in enumerate(parts):
        if part:
            seconds = deadline_seconds * len(part) / pieces
            for tour in batch.plan(part, geometry, limits, deadline_seconds=seconds, seed=seed, iterations=iterations):
                sequence = tuple((key, stops_in[zone, key][index]) for key, index in tour.stop_sequence)
                planned.append(replace(tour, stop_sequence=sequence))
    return planned
