"""Say what a person may do in this business."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import execute, fetch_value, fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people.changes import note_change
from orderhouse.people.define_person import ROLES, grant_roles
from orderhouse.people.invite_person import member


class LastAdmin(Refusal):
    """A business without an administrator could not make one again."""

    sentence = "{email} is the last administrator."
    remedy = "Make somebody else an administrator first."


def set_roles(*, by: By, user_id: int, roles: Collection[str]) -> None:
    """Give a member exactly these roles; none takes them out of the business at once. Administrators' changes take turns, so
    that two cannot withdraw each other. Raises :class:`LastAdmin`, NotFound, InvalidInput."""
    wanted = set(roles)
    for role in sorted(wanted - ROLES.keys()):
        raise InvalidInput(field="roles", reason=f"{role!r} is no role", remedy=f"Choose among {', '.join(ROLES)}.")
    with unit_of_work(by.tenant_id):
        fetch_value("SELECT 1 FROM people_tenant WHERE tenant_id = %s FOR NO KEY UPDATE", (by.tenant_id,))
        email = member(by.tenant_id, user_id)
        had = set(
            fetch_values("SELECT role FROM people_membership WHERE tenant_id = %s AND user_id = %s", (by.tenant_id, user_id))
        )
        if "admin" in had - wanted and not fetch_value(
            """SELECT count(*) FROM people_membership m JOIN people_user u ON u.id = m.user_id AND u.is_active
               WHERE m.tenant_id = %s AND m.role = 'admin' AND m.user_id <> %s""",
            (by.tenant_id, user_id),
        ):
            raise LastAdmin(email=email)
        # Before others go: with the last one goes what they are called here.
        grant_roles(by=by, user_id=user_id, roles=wanted)
        execute(
            "DELETE FROM people_membership WHERE tenant_id = %s AND user_id = %s AND role <> ALL (%s)",
            (by.tenant_id, user_id, sorted(wanted)),
        )
        for role in sorted(wanted - had):
            note_change(by=by, deed="role-granted", subject=email, detail=role)
        for role in sorted(had - wanted):
            note_change(by=by, deed="role-withdrawn", subject=email, detail=role)
