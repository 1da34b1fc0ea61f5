"""A truck nobody announced."""

from __future__ import annotations

from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.inbound import store
from orderhouse.wms.layout.queries import first_dock


class StartedReceipt(NamedTuple):
    """The receipt's row id, and the number people call it by."""

    receipt_id: int
    number: str


def start_blind_receipt(
    *, by: By, node_id: int, supplier: str = "", reference: str = "", dock_id: int | None = None
) -> StartedReceipt:
    """Start a receipt that expects nothing and has arrived, at ``dock_id`` or the node's first dock."""
    with unit_of_work(by.tenant_id):
        dock = dock_id or first_dock(by.tenant_id, node_id).id
        receipt = StartedReceipt(new_id(), f"R{store.next_number(by.tenant_id, node_id):06d}")
        new = store.NewReceipt(receipt.receipt_id, node_id, receipt.number, "blind", supplier, reference, None)
        store.save_receipts(by, [new], dock_id=dock)
        record_events(by=by, events=[Event("receipt", receipt.receipt_id, "receipt-arrived", {"number": receipt.number})])
    return receipt
