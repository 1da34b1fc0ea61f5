"""Say who must settle an exception."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.people.define_person import ROLES
from orderhouse.wms.stock.store import lock_open_exceptions


def assign_exceptions(*, by: By, ids: Sequence[int], owner: str) -> int:
    """Give open exceptions to a role, an active badge, or a person of the business by email; how many changed hands.

    Settled ones stay as they are. Raises ``NotFound`` for an owner nobody knows.
    """
    with unit_of_work(by.tenant_id):
        if owner not in ROLES and not _known(by.tenant_id, owner):
            raise NotFound(kind="role, badge or person", code=owner, field="owner")
        before = {each: had for each, had in lock_open_exceptions(by.tenant_id, ids).items() if had != owner}
        execute(
            "UPDATE wms_exception SET owner = %s WHERE tenant_id = %s AND id = ANY (%s)", (owner, by.tenant_id, sorted(before))
        )
        events = [Event("exception", each, "exception-assigned", {"owner": owner, "from": had}) for each, had in before.items()]
        record_events(by=by, events=events)
    return len(before)


def _known(tenant_id: int, owner: str) -> bool:
    return bool(
        fetch_value(
            """SELECT EXISTS (SELECT FROM people_badge WHERE tenant_id = %(tenant)s AND code = %(owner)s AND active)
                 OR EXISTS (SELECT FROM people_membership m JOIN people_user u ON u.id = m.user_id
                            WHERE m.tenant_id = %(tenant)s AND u.email = %(owner)s)""",
            {"tenant": tenant_id, "owner": owner},
        )
    )
