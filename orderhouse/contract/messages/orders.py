"""Channel and OMS: X12 850 and 860 in, 855, 856 and 846 out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. ``country`` is ISO 3166-1 alpha-2; coordinates are WGS 84 degrees where known."""

    name: str
    country: str
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    company: str = ""
    phone: str = ""
    email: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Who bought. ``reference`` is the channel's own customer number; without one the email identifies."""

    reference: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SubmitLine:
    """One line: whole base units, price for one unit in the order's currency."""

    line_number: int
    sku: str
    quantity: int
    unit_price: Decimal = Decimal(0)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that is not goods: kind is shipping, fee, discount, tax or adjustment; the amount may be negative."""

    kind: str
    description: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    """A channel's order (X12 850). The channel's own order id makes it idempotent."""

    version: ClassVar[int] = 1
    channel: str
    channel_order_id: str
    placed_at: datetime
    currency: str
    ship_to: Address
    lines: tuple[SubmitLine, ...]
    customer: Customer = Customer()
    charges: tuple[Charge, ...] = ()
    service: str = ""
    priority: int | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """A channel withdraws an order, or quantities of it (X12 860). ``lines`` empty means the whole order."""

    version: ClassVar[int] = 1
    channel: str
    channel_order_id: str
    reason: str
    lines: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderAcknowledged:
    """What became of each line (X12 855): state is accepted, backordered or cancelled."""

    version: ClassVar[int] = 1
    channel: str
    channel_order_id: str
    order: str
    state: str
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShipmentAdvised:
    """What left, with its tracking (X12 856). ``lines`` pairs the channel's line number with the quantity shipped."""

    version: ClassVar[int] = 1
    channel: str
    channel_order_id: str
    order: str
    shipment: str
    carrier: str
    service: str
    shipped_at: datetime
    trackings: tuple[str, ...]
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class AvailabilityChanged:
    """What a channel may sell now (X12 846): pairs of SKU and quantity."""

    version: ClassVar[int] = 1
    channel: str
    lines: tuple[tuple[str, int], ...]
