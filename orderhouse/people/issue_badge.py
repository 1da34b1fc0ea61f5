"""Give somebody on the floor a badge."""

from __future__ import annotations

import re

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people.badge_sign_in import give_badge
from orderhouse.people.changes import note_change
from orderhouse.people.define_badges import define_badges
from orderhouse.people.invite_person import member


class BadgeTaken(Refusal):
    """Two people with one badge could not be told apart in the books."""

    sentence = "Badge {code} is {name}'s."
    remedy = "Take another code, or withdraw that badge first."


def issue_badge(*, by: By, code: str, name: str, user_id: int | None = None) -> None:
    """Issue a badge, or a withdrawn one again; ``user_id`` says whose it is where that person also signs in with a password.

    Raises InvalidInput, :class:`BadgeTaken`, NotFound.
    """
    code, name = code.strip().upper(), " ".join(name.split())
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{1,23}", code):
        raise InvalidInput(field="code", reason="it needs 2 to 24 letters, digits and dashes", remedy="Use one like B-117.")
    if not 1 <= len(name) <= 120:
        raise InvalidInput(field="name", reason="it needs 1 to 120 characters", remedy="Say whose badge it is.")
    with unit_of_work(by.tenant_id):
        fetch_value("SELECT 1 FROM people_tenant WHERE tenant_id = %s FOR NO KEY UPDATE", (by.tenant_id,))
        holder = fetch_value("SELECT name FROM people_badge WHERE tenant_id = %s AND code = %s AND active", (by.tenant_id, code))
        if holder is not None:
            raise BadgeTaken(code=code, name=holder, field="code")
        if user_id is not None:
            member(by.tenant_id, user_id)
        define_badges(by=by, badges={code: name})
        give_badge(by=by, badge=code, user_id=user_id)
        note_change(by=by, deed="badge-issued", subject=code, detail=name)
