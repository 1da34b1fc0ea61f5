"""The truck is at the dock."""

from __future__ import annotations

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.rules import step
from orderhouse.wms.layout.queries import first_dock


def arrive_receipt(*, by: By, receipt_id: int, dock_id: int | None = None) -> int:
    """An expected receipt stands at ``dock_id`` (or the node's first dock) from now on; answers the dock. Dock-to-stock time
    starts here. Receiving goods does it too, if nobody did before. Raises ``ReceiptStep``."""
    with unit_of_work(by.tenant_id):
        receipt = store.lock_receipt(by.tenant_id, receipt_id)
        step(receipt.number, receipt.state, "arrived")
        dock = dock_id or first_dock(by.tenant_id, receipt.node_id).id
        store.step_receipt(by, receipt.id, "arrived", dock)
        record_events(by=by, events=[Event("receipt", receipt.id, "receipt-arrived", {"number": receipt.number})])
    return dock
