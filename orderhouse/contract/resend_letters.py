"""Send again what was delivered: the other side was restored from a backup and no longer knows what came after it."""

from __future__ import annotations

from datetime import datetime

from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By

AT_ONCE = 500
"""Letters in one transaction."""


def resend_letters(*, by: By, since: datetime, destination: str = "") -> int:
    """Let every letter that was delivered since (to ``destination``, or to anybody) wait for the worker again; how many.

    Content and ids stay what they were, so whoever knows a letter answers as the first time and does nothing. Several short
    transactions; repeated, it takes those again that were delivered again. Records ``letters-resent`` in the business's story.
    """
    sent, after = 0, 0
    while True:
        with unit_of_work(by.tenant_id):
            ids = fetch_values(
                sql.load(__file__, "resend_letters"),
                {
                    "tenant": by.tenant_id,
                    "at": by.at,
                    "since": since,
                    "destination": destination,
                    "after": after,
                    "limit": AT_ONCE,
                },
            )
            sent += len(ids)
            if len(ids) < AT_ONCE:
                facts = {"since": since, "destination": destination, "letters": sent}
                record_events(by=by, events=[Event("business", by.tenant_id, "letters-resent", facts)])
                return sent
            after = max(ids)
