"""Returned units have arrived at a node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import ReturnReceived
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.returns import store


def receive_returns(*, by: By, messages: Sequence[ReturnReceived]) -> None:
    """Count what came back, at most what was authorized; whether it can be sold again is told when it is graded.
    An order of which all that shipped has come back is closed."""
    with unit_of_work(by.tenant_id):
        locked = store.lock_return_lines(by.tenant_id, (message.rma for message in messages))
        came: dict[tuple[str, int], int] = defaultdict(int)
        for message in messages:
            for line in message.lines:
                came[message.rma, line.line_number] += line.quantity
        rows = []
        for (rma, line_number), quantity in came.items():
            row = locked[rma].get(line_number)
            if row and min(quantity, row.expected):
                rows.append((row, min(quantity, row.expected)))
        store.count_received(by.tenant_id, rows)
        first = {rma: next(iter(lines.values())) for rma, lines in locked.items()}
        store.set_state(
            by.tenant_id, [row.return_id for row in first.values()], "received", unless=("graded", "refunded", "closed")
        )
        events = [Event("order", row.order_id, "return-received", {"return": rma}) for rma, row in first.items()]
        record_events(by=by, events=events)
        derive_orders(by=by, order_ids=[row.order_id for row, _ in rows])
