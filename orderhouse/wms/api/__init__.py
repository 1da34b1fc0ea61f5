"""The floor over HTTP, for whoever drives it from outside; the scanner uses the same addresses."""

from __future__ import annotations

from orderhouse.http.doors import Door
from orderhouse.wms.api import counts, floor, layout, outbounds, receipts, stock, waves

DOORS: dict[str, Door] = {
    "/floor": floor.door,
    "/layout": layout.door,
    "/totes": layout.totes_door,
    "/stock": stock.door,
    "/lots": stock.lots_door,
    "/exceptions": stock.exceptions_door,
    "/receipts": receipts.door,
    "/putaways": receipts.putaways_door,
    "/waves": waves.door,
    "/tours": waves.tours_door,
    "/outbounds": outbounds.door,
    "/parcels": outbounds.parcels_door,
    "/manifests": outbounds.manifests_door,
    "/counts": counts.door,
}
"""Prefix → door. The first address that fits answers, so the hot ones stand in front."""
