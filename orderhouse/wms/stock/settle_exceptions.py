"""Say who has dealt with an exception, and how."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By


def settle_exceptions(
    *, by: By, ids: Sequence[int] = (), subject_kind: str = "", subject_ids: Sequence[int] = (), outcome: str = ""
) -> int:
    """Settle open exceptions by their ids, or all those about these subjects; how many were open. A repeat settles none.

    ``outcome`` says what was done about them; it stands in the story of each.
    """
    with unit_of_work(by.tenant_id):
        settled = fetch_values(
            sql.load(__file__, "settle_exceptions"),
            {
                "tenant": by.tenant_id,
                "ids": list(ids),
                "subject_kind": subject_kind,
                "subjects": list(subject_ids),
                "badge": by.actor,
                "at": by.at,
                "outcome": outcome,
            },
        )
        facts = {"outcome": outcome}
        record_events(by=by, events=[Event("exception", each, "exception-settled", facts) for each in sorted(settled)])
    return len(settled)
