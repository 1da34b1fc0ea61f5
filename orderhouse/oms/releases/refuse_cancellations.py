"""A node cannot take a release back: it has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import CancelRefused
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.releases import store


def refuse_cancellations(*, by: By, messages: Sequence[CancelRefused]) -> None:
    """Stop wanting back what has left with a release, and tell it in the order's story: what remains is a return.

    What has left is not on its way back either: whoever wants it is told again. What has not left stays wanted, and its answer is
    still on the road: what other releases of the same lines hold, and of this one what the node was short of, or is putting back.
    """
    with unit_of_work(by.tenant_id):
        locked = store.lock_release_lines(by.tenant_id, (message.release for message in messages))
        rows = [row for lines in locked.values() for row in lines.values()]
        left = _left(messages)
        gone: dict[int, int] = defaultdict(int)
        gone_of: dict[int, int] = {}
        for row in rows:
            told = left[row.release]
            gone_of[row.release_line_id] = min(row.open, max(told.get(row.line_number, 0) - row.shipped, 0)) if told else row.open
            gone[row.line_id] += gone_of[row.release_line_id]
        execute(
            """UPDATE oms_order_line l SET cancel_wanted = least(l.cancel_wanted, greatest(l.released - g.units, 0))
               FROM unnest(%(lines)s::bigint[], %(units)s::int[]) AS g (line_id, units)
               WHERE l.tenant_id = %(tenant)s AND l.id = g.line_id AND l.cancel_wanted > 0""",
            {"tenant": by.tenant_id, "lines": list(gone), "units": list(gone.values())},
        )
        execute(
            """UPDATE oms_release_line r SET asked_back = least(r.asked_back, r.quantity - r.shipped - r.shorted - g.units)
               FROM unnest(%(ids)s::bigint[], %(units)s::int[]) AS g (id, units) WHERE r.tenant_id = %(tenant)s AND r.id = g.id""",
            {"tenant": by.tenant_id, "ids": list(gone_of), "units": list(gone_of.values())},
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


def _left(messages: Sequence[CancelRefused]) -> dict[str, dict[int, int]]:
    """Units that have left by release and line number, by the latest told; nothing of a release whose node does not tell."""
    found: dict[str, dict[int, int]] = {}
    for message in messages:
        before = found.setdefault(message.release, {})
        before |= {each.line_number: max(each.quantity, before.get(each.line_number, 0)) for each in message.left}
    return found
