"""The promise wing over HTTP. Resources, not rooms: an order's address calls verbs of several rooms."""

from __future__ import annotations

from orderhouse.http.doors import Door
from orderhouse.oms.api import availability, channels, invalid_orders, orders

DOORS: dict[str, Door] = {
    "/orders/invalid": invalid_orders.door,
    "/orders": orders.door,
    "/availability": availability.door,
    "/safety-stock": availability.safety_door,
    "/channels": channels.door,
    "/tariffs": channels.tariffs_door,
}
"""Prefix → door, in the order of their addresses: the first that fits answers."""
