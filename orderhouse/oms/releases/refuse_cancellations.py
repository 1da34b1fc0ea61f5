"""A node cannot take a release back: it has left."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import CancelRefused
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.releases import store


def refuse_cancellations(*, by: By, messages: Sequence[CancelRefused]) -> None:
    """Drop the wanted cancellation and tell it in the order's story: what remains is a return."""
    with unit_of_work(by.tenant_id):
        locked = store.lock_release_lines(by.tenant_id, (message.release for message in messages))
        rows = [row for lines in locked.values() for row in lines.values()]
        execute(
            "UPDATE oms_order_line SET cancel_wanted = 0 WHERE tenant_id = %s AND id = ANY (%s) AND cancel_wanted > 0",
            (by.tenant_id, sorted({row.line_id for row in rows})),
        )
        order_of = {row.release: row.order_id for row in rows}
        record_events(
            by=by,
            events=[
                Event(
                    "order", order_of[message.release], "cancel-refused", {"release": message.release, "reason": message.reason}
                )
                for message in messages
            ],
        )
