"""Let somebody into the business, and put right who cannot get in."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import connection

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import new_id
from orderhouse.people.changes import note_change
from orderhouse.people.define_person import ROLES, checked_email, grant_roles
from orderhouse.people.second_factor import drop_second_factor
from orderhouse.people.sign_in import memberships

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class BelongsElsewhereToo(Refusal):
    """Somebody who works for several businesses is not one administrator's to reset."""

    sentence = "{email} works for another business as well."
    remedy = "They reset it themselves on their account page, or ask whoever runs this installation."


class Invited(NamedTuple):
    """Who was let in; ``password`` is theirs for one sign-in, empty where they have one of their own already."""

    user_id: int
    email: str
    password: str


def invite_person(*, by: By, email: str, name: str, roles: Collection[str]) -> Invited:
    """Let a person into the business in these roles.

    Somebody new gets a password for one sign-in, answered here and never again; somebody known keeps their own name and
    password, for those are theirs in every business. Here they are called by ``name`` all the same: who knows an email address
    does not learn whose it is. Raises InvalidInput.
    """
    email, name = checked_email(email.strip()), " ".join(name.split())[:120]
    if not roles or not set(roles) <= ROLES.keys():
        raise InvalidInput(field="roles", reason="none was chosen", remedy=f"Choose among {', '.join(ROLES)}.")
    if not name:
        raise InvalidInput(field="name", reason="is empty", remedy="Say how they are called.")
    password = one_time_password()
    with unit_of_work(by.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO people_user (id, email, name, password, is_active, created_at, must_change_password)
                   VALUES (%s, %s, %s, %s, true, %s, true) ON CONFLICT (email) DO NOTHING RETURNING id""",
                (new_id(), email, name, make_password(password), by.at),
            )
            made = cursor.fetchone()
            if made is None:
                cursor.execute("SELECT id FROM people_user WHERE email = %s", (email,))
                password = ""
                made = cursor.fetchone()
        grant_roles(by=by, user_id=made[0], roles=roles, called=None if password else name)
        note_change(by=by, deed="person-invited", subject=email, detail=", ".join(sorted(roles)))
    return Invited(made[0], email, password)


def reset_person(*, by: By, user_id: int, second_factor: bool) -> Invited:
    """Give a person of this business a password for one sign-in, and take their second factor away if ``second_factor``; all
    their sessions end. Raises NotFound, :class:`BelongsElsewhereToo`."""
    email = member(by.tenant_id, user_id)
    if any(each.tenant_id != by.tenant_id for each in memberships(user_id)):
        raise BelongsElsewhereToo(email=email)
    password = one_time_password()
    with unit_of_work(by.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE people_user SET password = %s, must_change_password = true, session_version = session_version + 1,
                     failed_attempts = 0, blocked_until = NULL WHERE id = %s""",
                (make_password(password), user_id),
            )
        if second_factor:
            drop_second_factor(user_id=user_id)
        note_change(by=by, deed="person-reset", subject=email, detail="second factor too" if second_factor else "")
    return Invited(user_id, email, password)


def member(tenant_id: int, user_id: int) -> str:
    """The email of a member of the business; refuses anybody else."""
    with unit_of_work(tenant_id):
        email = fetch_value(
            """SELECT u.email FROM people_user u WHERE u.id = %(user)s
               AND EXISTS (SELECT FROM people_membership m WHERE m.tenant_id = %(tenant)s AND m.user_id = u.id)""",
            {"tenant": tenant_id, "user": user_id},
        )
    if email is None:
        raise NotFound(kind="person", code=user_id)
    return str(email)


def one_time_password() -> str:
    """Sixteen letters and digits in fours that are not mistaken for one another: 79 random bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
