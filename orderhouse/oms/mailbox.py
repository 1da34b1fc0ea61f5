"""Which verb each message to the OMS sets to work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orderhouse.contract.messages import (
    CancelRefused,
    InventoryChanged,
    OrderCancelled,
    ReceiptConfirmed,
    ReleaseAccepted,
    ReleaseCancelled,
    ReleaseProgressed,
    ReleaseRejected,
    ReleaseShorted,
    ReturnGraded,
    ReturnReceived,
    ShipmentConfirmed,
    SubmitOrder,
)
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.capture_submissions import capture_submissions
from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
from orderhouse.oms.inventory.settle_receipts import settle_receipts
from orderhouse.oms.releases.confirm_cancellations import confirm_cancellations
from orderhouse.oms.releases.confirm_releases import confirm_releases
from orderhouse.oms.releases.note_progress import note_progress
from orderhouse.oms.releases.refuse_cancellations import refuse_cancellations
from orderhouse.oms.releases.reject_releases import reject_releases
from orderhouse.oms.releases.short_releases import short_releases
from orderhouse.oms.returns.grade_returns import grade_returns
from orderhouse.oms.returns.receive_returns import receive_returns
from orderhouse.oms.shipments.confirm_shipments import confirm_shipments

HANDLERS: Mapping[type, Callable[..., None]] = {
    SubmitOrder: capture_submissions,
    OrderCancelled: cancel_channel_orders,
    InventoryChanged: apply_inventory_changes,
    ReceiptConfirmed: settle_receipts,
    ReleaseAccepted: confirm_releases,
    ReleaseRejected: reject_releases,
    ReleaseShorted: short_releases,
    ReleaseCancelled: confirm_cancellations,
    CancelRefused: refuse_cancellations,
    ReleaseProgressed: note_progress,
    ShipmentConfirmed: confirm_shipments,
    ReturnReceived: receive_returns,
    ReturnGraded: grade_returns,
}
