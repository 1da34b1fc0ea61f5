"""Batch picking."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.wms.picking.strategies.batching import group_orders
from orderhouse.wms.picking.strategies.tours import CartLimits, PickOrder, PlannedTour, check_orders, walk_tour
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
    """Orders that lie close together share a tour, up to the cart's load and number of orders; picks are sorted to orders
    afterwards. The least walking: first by savings, then improved until the deadline."""
    check_orders(orders)
    groups = group_orders(orders, geometry, limits, deadline_seconds=deadline_seconds, seed=seed, iterations=iterations)
    return [walk_tour([orders[number] for number in group], geometry) for group in groups]
