"""The promise wing over HTTP. Resources, not rooms: an order's address calls verbs of several rooms."""

from __future__ import annotations

from orderhouse.http.doors import Door
from orderhouse.oms.api import availability, channels, invalid_orders, orders

DOORS: dict[str, Door] = {
    "/availability": availability.door,
    "/orders/invalid": invalid_orders.door,
    "/orders": orders.door,
    "/safety-stock": availability.safety_door,
    "/channels": channels.door,
    "/tariffs": channels.tariffs_door,
}
"""Prefix → door. The first address that fits answers, so the hot ones stand in front."""
