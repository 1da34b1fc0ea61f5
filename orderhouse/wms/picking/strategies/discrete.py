"""Discrete picking."""

from __future__ import annotations

from collections.abc import Sequence

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
    """One order a tour: nothing to sort afterwards, and the most walking. Each tour is the shortest for its order."""
    check_orders(orders)
    return [walk_tour([order], geometry) for order in orders]
