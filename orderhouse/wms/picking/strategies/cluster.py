"""Cluster picking."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.picking.strategies import batch
from orderhouse.wms.picking.strategies.tours import CartLimits, PickOrder, PlannedTour
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
    """A cart with a tote for each order, sorted while picking: an order's place among the tour's orders is its tote slot.
    Needs the number of totes on the cart (the limit of orders a tour)."""
    if limits.orders is None:
        raise InvalidInput(
            field="limits.orders", reason="a cluster cart has a number of totes", remedy="Give the totes per cart."
        )
    return batch.plan(orders, geometry, limits, deadline_seconds=deadline_seconds, seed=seed, iterations=iterations)
