"""Typed messages, plain Python: commands in the imperative, facts in the past tense.

Each is a frozen dataclass with a class variable ``version``; :data:`CATALOG` names them all. A field is only ever added with
a default under the same version; any other change makes a new version (the generated schemas hold us to it).
"""

from __future__ import annotations

from orderhouse.contract.messages.inventory import InventoryChanged, StockLine
from orderhouse.contract.messages.orders import (
    Address,
    AvailabilityChanged,
    Charge,
    Customer,
    OrderAcknowledged,
    OrderCancelled,
    ShipmentAdvised,
    SubmitLine,
    SubmitOrder,
)
from orderhouse.contract.messages.receipts import ExpectedLine, ExpectReceipt, ReceiptConfirmed, ReceivedLine
from orderhouse.contract.messages.releases import (
    CancelRefused,
    CancelRelease,
    LineQuantity,
    ReleaseAccepted,
    ReleaseCancelled,
    ReleaseLine,
    ReleaseOrder,
    ReleaseProgressed,
    ReleaseRejected,
    ReleaseShorted,
)
from orderhouse.contract.messages.returns import ExpectReturn, ReturnGraded, ReturnReceived
from orderhouse.contract.messages.shipments import ParcelContent, ShipmentConfirmed, ShippedParcel

MESSAGES: tuple[type, ...] = (
    SubmitOrder,
    OrderCancelled,
    OrderAcknowledged,
    ShipmentAdvised,
    AvailabilityChanged,
    ReleaseOrder,
    CancelRelease,
    ReleaseAccepted,
    ReleaseRejected,
    ReleaseShorted,
    ReleaseCancelled,
    CancelRefused,
    ReleaseProgressed,
    ShipmentConfirmed,
    ExpectReceipt,
    ReceiptConfirmed,
    InventoryChanged,
    ExpectReturn,
    ReturnReceived,
    ReturnGraded,
)

CATALOG: dict[str, type] = {message.__name__: message for message in MESSAGES}

__all__ = [
    "CATALOG",
    "MESSAGES",
    "Address",
    "AvailabilityChanged",
    "CancelRefused",
    "CancelRelease",
    "Charge",
    "Customer",
    "ExpectReceipt",
    "ExpectReturn",
    "ExpectedLine",
    "InventoryChanged",
    "LineQuantity",
    "OrderAcknowledged",
    "OrderCancelled",
    "ParcelContent",
    "ReceiptConfirmed",
    "ReceivedLine",
    "ReleaseAccepted",
    "ReleaseCancelled",
    "ReleaseLine",
    "ReleaseOrder",
    "ReleaseProgressed",
    "ReleaseRejected",
    "ReleaseShorted",
    "ReturnGraded",
    "ReturnReceived",
    "ShipmentAdvised",
    "ShipmentConfirmed",
    "ShippedParcel",
    "StockLine",
    "SubmitLine",
    "SubmitOrder",
]
