"""Returned units were graded: the buyer is refunded, and what is good is stock again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import ReturnGraded
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.returns import store


def grade_returns(*, by: By, messages: Sequence[ReturnGraded]) -> None:
    """Refund each graded unit at its price; restocked units enter the promise book by the node's InventoryChanged."""
    with unit_of_work(by.tenant_id):
        locked = store.lock_return_lines(by.tenant_id, (message.rma for message in messages), with_orders=False)
        graded: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        for message in messages:
            for line in message.lines:
                counts = graded[message.rma, line.line_number]
                counts[0] += line.quantity
                counts[1] += line.quantity if line.reason == "restock" else 0
        rows = []
        refunds: dict[str, object] = {}
        for (rma, line_number), (quantity, restocked) in graded.items():
            row = locked[rma].get(line_number)
            if row:
                rows.append((row, restocked, row.unit_price * quantity))
                refunds[rma] = refunds.get(rma, 0) + row.unit_price * quantity  # type: ignore[operator]
        store.count_graded(by.tenant_id, rows)
        first = {rma: next(iter(lines.values())) for rma, lines in locked.items()}
        store.set_state(by.tenant_id, [row.return_id for row in first.values()], "graded", unless=("refunded", "closed"))
        record_events(
            by=by,
            events=[
                Event("order", row.order_id, "return-graded", {"return": rma, "refund": str(refunds.get(rma, 0))})
                for rma, row in first.items()
            ],
        )
