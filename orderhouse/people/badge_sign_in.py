"""A badge signs in on a scanner: by itself, or with its PIN."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password

from orderhouse.database import execute, fetch_one, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.people.changes import note_change
from orderhouse.people.sign_in import FREE_ATTEMPTS, LONGEST_BLOCK

SHORTEST_PIN, LONGEST_PIN = 4, 8


class BadgeRefused(Refusal):
    """An unknown or withdrawn badge, or a wrong PIN: which of them is not told."""

    sentence = "This badge and PIN do not match."
    remedy = "Try again, or ask your shift lead."
    status = 401


class PinNeeded(Refusal):
    """The badge has a PIN."""

    sentence = "Enter the PIN of badge {badge}."
    status = 401


class BadgeBlocked(Refusal):
    """Too many wrong PINs in a row."""

    sentence = "There were too many wrong PINs for this badge."
    remedy = "Try again in {seconds} seconds."
    status = 429


@dataclass(frozen=True, slots=True)
class Badge:
    """Who holds a scanner. ``skills`` are the flows they work in, None for all; ``mark`` changes with the PIN."""

    code: str
    name: str
    skills: list[str] | None
    mark: str


def sign_in_badge(*, by: By, badge: str, pin: str) -> Badge:
    """The badge with this code and PIN ("" where it has none).

    Five wrong PINs are free; each further one closes the badge's door for 1, 2, 4 ... seconds, at most 15 minutes. The count
    stands with the badge, so all scanners share it. Raises :class:`PinNeeded`, :class:`BadgeRefused`, :class:`BadgeBlocked`.
    """
    refusal: Refusal
    with unit_of_work(by.tenant_id):  # commits what it counted, also where it refuses
        row = fetch_one(
            """SELECT name, skills, pin_hash, failed_attempts, blocked_until FROM people_badge
               WHERE tenant_id = %s AND code = %s AND active FOR UPDATE""",
            (by.tenant_id, badge),
        )
        if row is None:
            if pin:
                make_password(pin)  # an unknown badge takes as long as a wrong PIN
            refusal = BadgeRefused() if pin else NotFound(kind="badge", code=badge, field="badge")
        else:
            name, skills, kept, failed, blocked_until = row
            if kept is None:
                return Badge(badge, name, skills, _mark(None))
            if blocked_until and blocked_until > by.at:
                refusal = BadgeBlocked(seconds=int((blocked_until - by.at).total_seconds()) + 1)
            elif not pin:
                refusal = PinNeeded(badge=badge)
            elif check_password(pin, kept):
                _note(by, badge, 0, None)
                return Badge(badge, name, skills, _mark(kept))
            else:
                wait = timedelta(seconds=2 ** min(failed - FREE_ATTEMPTS, 10)) if failed >= FREE_ATTEMPTS else None
                _note(by, badge, failed + 1, by.at + min(wait, LONGEST_BLOCK) if wait else None)
                refusal = BadgeRefused()
    raise refusal


def signed_in_badge(tenant_id: int, badge: str, mark: str) -> Badge | None:
    """The badge that signed in before, if it still may: it is not withdrawn and its PIN is the same."""
    with unit_of_work(tenant_id):
        row = fetch_one(
            "SELECT name, skills, pin_hash FROM people_badge WHERE tenant_id = %s AND code = %s AND active", (tenant_id, badge)
        )
    return Badge(badge, row[0], row[1], mark) if row and _mark(row[2]) == mark else None


def badge_of_person(tenant_id: int, user_id: int) -> Badge | None:
    """The badge of somebody who signed in with their password; they need no PIN."""
    with unit_of_work(tenant_id):
        row = fetch_one(
            """SELECT code, name, skills, pin_hash FROM people_badge
               WHERE tenant_id = %s AND user_id = %s AND active ORDER BY code LIMIT 1""",
            (tenant_id, user_id),
        )
    return Badge(row[0], row[1], row[2], _mark(row[3])) if row else None


def set_badge_pin(*, by: By, badge: str, pin: str | None) -> None:
    """Give a badge its PIN, or take it away; whoever is signed in with the old one has to sign in again."""
    if pin is not None and not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise InvalidInput(field="pin", reason=f"it needs {SHORTEST_PIN} to {LONGEST_PIN} digits", remedy="Choose another one.")
    with unit_of_work(by.tenant_id):
        kept = None if pin is None else make_password(pin)
        _set(by, badge, "pin_hash = %s, failed_attempts = 0, blocked_until = NULL", kept)
        note_change(by=by, deed="badge-pin-taken" if pin is None else "badge-pin-set", subject=badge)


def set_badge_skills(*, by: By, badge: str, skills: Collection[str] | None) -> None:
    """Name the flows a badge works in; None for all."""
    _set(by, badge, "skills = %s", None if skills is None else sorted(set(skills)))


def give_badge(*, by: By, badge: str, user_id: int | None) -> None:
    """Say whose badge it is, for people who also sign in with a password."""
    _set(by, badge, "user_id = %s", user_id)


def _set(by: By, badge: str, assignment: str, value: object) -> None:
    with unit_of_work(by.tenant_id):
        known = fetch_one(
            f"UPDATE people_badge SET {assignment} WHERE tenant_id = %s AND code = %s RETURNING 1", (value, by.tenant_id, badge)
        )
    if known is None:
        raise NotFound(kind="badge", code=badge, field="badge")


def _note(by: By, badge: str, failed: int, blocked_until: datetime | None) -> None:
    execute(
        "UPDATE people_badge SET failed_attempts = %s, blocked_until = %s WHERE tenant_id = %s AND code = %s",
        (failed, blocked_until, by.tenant_id, badge),
    )


def _mark(pin_hash: str | None) -> str:
    return hashlib.sha256((pin_hash or "").encode()).hexdigest()[:12]
