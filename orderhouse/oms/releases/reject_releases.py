"""A node ships none of a release."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import ReleaseRejected
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.releases import store
from orderhouse.oms.releases.give_back import give_back
from orderhouse.oms.releases.store import Settlement


def reject_releases(*, by: By, messages: Sequence[ReleaseRejected]) -> None:
    """Take all open units back, cancel what the order wants cancelled, source the others elsewhere, and do not ask this node for
    these lines again."""
    with unit_of_work(by.tenant_id):
        locked = store.lock_release_lines(by.tenant_id, (message.release for message in messages))
        reasons = {message.release: message.reason_code for message in messages}
        settlements = [Settlement(row, shorted=row.open) for number in reasons for row in locked[number].values() if row.open]
        if not settlements:
            return
        execute(
            """UPDATE oms_release r SET rejection = u.reason FROM unnest(%(numbers)s::text[], %(reasons)s::text[]) AS u (number, reason)
               WHERE r.tenant_id = %(tenant)s AND r.number = u.number""",
            {"tenant": by.tenant_id, "numbers": list(reasons), "reasons": [reason or "rejected" for reason in reasons.values()]},
        )
        store.refuse_lines(by, "rejected", [(s.row, reasons[s.row.release]) for s in settlements])
        give_back(by=by, settlements=settlements, event="release-rejected")
