"""Discard a submission that could not be placed."""

from __future__ import annotations

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.orders.replay_invalid_order import lock_open, settle


def discard_invalid_order(*, by: By, invalid_id: int, reason: str) -> None:
    """Give an invalid order up; it is kept, and so is who gave it up and why.

    Raises NotFound, ``InvalidOrderSettled``, or InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why the order is not wanted.")
    with unit_of_work(by.tenant_id):
        lock_open(by.tenant_id, invalid_id)
        settle(by, invalid_id, "discarded", None)
        record_events(by=by, events=[Event("invalid_order", invalid_id, "invalid-order-discarded", {"reason": reason.strip()})])
