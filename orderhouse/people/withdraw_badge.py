"""Stop accepting a badge."""

from __future__ import annotations

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.people.changes import note_change


def withdraw_badge(*, by: By, code: str) -> None:
    """A badge lost or handed back signs in no more; issued again it works again. Repeated, it changes nothing."""
    with unit_of_work(by.tenant_id):
        if execute("UPDATE people_badge SET active = false WHERE tenant_id = %s AND code = %s AND active", (by.tenant_id, code)):
            note_change(by=by, deed="badge-withdrawn", subject=code)
        elif not execute("UPDATE people_badge SET active = false WHERE tenant_id = %s AND code = %s", (by.tenant_id, code)):
            raise NotFound(kind="badge", code=code)
