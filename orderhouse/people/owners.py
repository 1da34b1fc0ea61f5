"""Who may own what somebody must see to: a role, an active badge, a person of the business."""

from __future__ import annotations

from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel.errors import NotFound
from orderhouse.people.define_person import ROLES


def people_to_ask(tenant_id: int) -> list[tuple[str, str]]:
    """Who may own something besides a role: active badges and the business's people, code or email and name."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT code, name FROM people_badge WHERE tenant_id = %(tenant)s AND active
               UNION
               SELECT email, name FROM people_member WHERE tenant_id = %(tenant)s
               ORDER BY 2, 1""",
            {"tenant": tenant_id},
        )


def check_owner(tenant_id: int, owner: str) -> None:
    """Refuse (``NotFound``) an owner who is neither a role, nor an active badge, nor a person of the business by email. In a
    unit of work."""
    if owner not in ROLES and not fetch_value(
        """SELECT EXISTS (SELECT FROM people_badge WHERE tenant_id = %(tenant)s AND code = %(owner)s AND active)
             OR EXISTS (SELECT FROM people_member WHERE tenant_id = %(tenant)s AND email = %(owner)s)""",
        {"tenant": tenant_id, "owner": owner},
    ):
        raise NotFound(kind="role, badge or person", code=owner, field="owner")
