"""Say who must settle an exception."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.people.owners import check_owner
from orderhouse.wms.stock.store import lock_open_exceptions


def assign_exceptions(*, by: By, ids: Sequence[int], owner: str) -> int:
    """Give open exceptions to a role, an active badge, or a person of the business by email; how many changed hands.

    Settled ones stay as they are. Raises ``NotFound`` for an owner nobody knows.
    """
    with unit_of_work(by.tenant_id):
        check_owner(by.tenant_id, owner)
        before = {each: had for each, had in lock_open_exceptions(by.tenant_id, ids).items() if had != owner}
        execute(
            "UPDATE wms_exception SET owner = %s WHERE tenant_id = %s AND id = ANY (%s)", (owner, by.tenant_id, sorted(before))
        )
        events = [Event("exception", each, "exception-assigned", {"owner": owner, "from": had}) for each, had in before.items()]
        record_events(by=by, events=events)
    return len(before)
