"""Make a person known, and say what they may do."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id, new_ids

ROLES = {
    "admin": "everything, people and keys included",
    "order_desk": "orders, holds, cancellations, returns",
    "warehouse_manager": "waves, counts, exceptions and stock of the floor",
    "floor": "the scanner and the lists of the floor",
    "auditor": "sees everything, changes nothing",
}
SHORTEST_PASSWORD = 10
"""Characters; length is what makes a password hard to guess (NIST SP 800-63B, section 5.1.1)."""


def define_person(*, email: str, name: str, password: str) -> int:
    """Make a person known by email, or give a known one this name and password (Argon2id); answers the id.

    A person stands outside any business until :func:`grant_roles`. Raises InvalidInput for what is no email address or a
    password under 10 characters.
    """
    checked_email(email)
    checked_password(password)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_user (id, email, name, password, is_active, created_at) VALUES (%s, %s, %s, %s, true, now())
               ON CONFLICT (email) DO UPDATE
                 SET name = excluded.name, password = excluded.password, failed_attempts = 0, blocked_until = NULL,
                     must_change_password = false
               RETURNING id""",
            (new_id(), email.lower(), name, make_password(password)),
        )
        return int(cursor.fetchone()[0])


def checked_email(email: str) -> str:
    """The email in lower case; refuses what is none."""
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput(field="email", reason=f"{email[:80]!r} is no email address") from None
    return email.lower()


def checked_password(password: str) -> str:
    """The password; refuses one that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(
            field="password", reason=f"is shorter than {SHORTEST_PASSWORD} characters", remedy="Take a longer one: a few words."
        )
    return password


def grant_roles(*, by: By, user_id: int, roles: Collection[str], called: str | None = None) -> None:
    """Let a person act in this business in these roles, besides those they have. Raises InvalidInput for an unknown role.

    ``called``: how this business calls them, unless it calls them something already; else it is by their own name.
    """
    for role in sorted(set(roles) - ROLES.keys()):
        raise InvalidInput(field="roles", reason=f"{role!r} is no role", remedy=f"Choose among {', '.join(ROLES)}.")
    wanted = sorted(set(roles))
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO people_membership (tenant_id, id, user_id, role, called)
               SELECT t.tenant_id, u.id, %(user)s, u.role, had.called
               FROM people_tenant t, unnest(%(ids)s::bigint[], %(roles)s::text[]) AS u (id, role),
                 (SELECT CASE WHEN count(*) = 0 THEN %(called)s::text ELSE max(m.called) END AS called
                  FROM people_membership m WHERE m.tenant_id = %(tenant)s AND m.user_id = %(user)s) had
               WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, user_id, role) DO NOTHING""",
            {"tenant": by.tenant_id, "user": user_id, "ids": new_ids(len(wanted)), "roles": wanted, "called": called},
        )
