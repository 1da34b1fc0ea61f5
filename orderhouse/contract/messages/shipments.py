"""What left a node: X12 945."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orderhouse.contract.messages.releases import LineQuantity


@dataclass(frozen=True, slots=True)
class ParcelContent:
    """Units of one release line in one parcel, with lot and serial where the item has them."""

    line_number: int
    quantity: int
    lot_number: str = ""
    serial_number: str = ""


@dataclass(frozen=True, slots=True)
class ShippedParcel:
    """One parcel: SSCC-18, the carrier's tracking number, weight in grams, label cost in minor units."""

    sscc: str
    tracking: str
    weight_grams: int
    cost_minor: int
    contents: tuple[ParcelContent, ...]


@dataclass(frozen=True, slots=True)
class ShipmentConfirmed:
    """These parcels of a release have left the building. ``differences`` names what was ordered but is not in them."""

    version: ClassVar[int] = 1
    release: str
    node: str
    shipment: str
    carrier: str
    service: str
    shipped_at: datetime
    parcels: tuple[ShippedParcel, ...]
    differences: tuple[LineQuantity, ...] = ()
