"""Who sits at the desk: the person signed in, the business they act for, what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from orderhouse.database import fetch_one, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By

TENANT = "tenant"
"""The session's key for the business a person works in; what they may do there is looked up on every request."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A person in one business."""

    tenant_id: int
    user_id: int
    business: str
    business_code: str
    person: str
    email: str
    roles: frozenset[str]

    def may(self, *roles: str) -> bool:
        """Whether any of these roles is theirs; an admin has all."""
        return "admin" in self.roles or not self.roles.isdisjoint(roles)

    def by(self) -> By:
        """The origin of a command given at this desk, now."""
        return By(self.tenant_id, self.email, clock.now(), device="console")


class DeskRequest(HttpRequest):
    """A request that passed its page's policy."""

    desk: Desk


def desk_of(request: HttpRequest) -> Desk | None:
    """The desk of a signed-in person whose membership still stands, else None."""
    user, tenant_id = request.user, request.session.get(TENANT)
    if not user.is_authenticated or not isinstance(tenant_id, int):
        return None
    with unit_of_work(tenant_id):
        row = fetch_one(
            """SELECT t.name, t.code, array_agg(m.role) FROM people_membership m JOIN people_tenant t ON t.tenant_id = m.tenant_id
               WHERE m.tenant_id = %s AND m.user_id = %s GROUP BY t.name, t.code""",
            (tenant_id, user.pk),
        )
    if row is None:
        return None
    name, code, roles = row
    return Desk(tenant_id, user.pk, name, code, user.name, user.email, frozenset(roles))
