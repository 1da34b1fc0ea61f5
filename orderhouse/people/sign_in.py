"""Check a person's password, and tell which businesses they may enter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction

from orderhouse.kernel.errors import Refusal
from orderhouse.people.models import User
from orderhouse.people.throttle_address import note_failure, seconds_blocked

FREE_ATTEMPTS = 5
LONGEST_BLOCK = timedelta(minutes=15)


class SignInRefused(Refusal):
    """Unknown email, wrong password or a closed account: which of them is not told."""

    sentence = "Email and password do not match."
    remedy = "Check both, or ask an administrator."
    status = 401


class SignInBlocked(Refusal):
    """Too many wrong passwords in a row."""

    sentence = "There were too many wrong passwords for this email."
    remedy = "Try again in {seconds} seconds."
    status = 429


class AddressBlocked(SignInBlocked):
    """Too many failures from one place, whatever the accounts."""

    sentence = "There were too many failed sign-ins from your address."


class Membership(NamedTuple):
    """A business somebody may enter, and the roles they have there."""

    tenant_id: int
    code: str
    name: str
    roles: frozenset[str]


def sign_in(*, email: str, password: str, at: datetime, address: str = "") -> User:
    """The person with this email and password.

    Five wrong passwords are free; each further one closes the account's door for 1, 2, 4 ... seconds, at most 15 minutes, in
    which no password is tried. The count stands with the person, so all web processes share it, and attempts on one account
    take turns. Failures also count against the ``address`` they came from (throttle_address). An unknown email takes as long as
    a wrong password. A person with a second factor is not in yet: see second_factor. Raises :class:`SignInRefused`,
    :class:`SignInBlocked`, :class:`AddressBlocked`.
    """
    if seconds := seconds_blocked(address, at=at):
        raise AddressBlocked(seconds=seconds)
    refusal: Refusal
    with transaction.atomic():  # commits what it counted, also where it refuses
        user = User.objects.select_for_update().filter(email=email.strip().lower()).first()
        if user is None:
            make_password(password)
            refusal = SignInRefused()
        elif user.blocked_until and user.blocked_until > at:
            refusal = SignInBlocked(seconds=int((user.blocked_until - at).total_seconds()) + 1)
        elif user.is_active and check_password(password, user.password):
            if user.second_factor_since is None:  # else the codes' own failures go on counting
                user.failed_attempts, user.blocked_until = 0, None
                user.save(update_fields=["failed_attempts", "blocked_until"])
            return user
        else:
            count_failure(user, at=at)
            refusal = SignInRefused()
        if isinstance(refusal, SignInRefused):
            note_failure(address, at=at)
    raise refusal


def count_failure(user: User, *, at: datetime) -> None:
    """Count a wrong password or code of a person whose row is locked, and close their door for a while where it was one of many."""
    user.failed_attempts += 1
    wait = timedelta(seconds=2 ** min(user.failed_attempts - FREE_ATTEMPTS - 1, 10))
    user.blocked_until = at + min(wait, LONGEST_BLOCK) if user.failed_attempts > FREE_ATTEMPTS else None
    user.save(update_fields=["failed_attempts", "blocked_until"])


def memberships(user_id: int) -> list[Membership]:
    """The businesses this person may enter, by code. Reads across tenants by the one function made for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, code, name, role FROM people_memberships(%s)", (user_id,))
        rows = cursor.fetchall()
    found: dict[int, Membership] = {}
    for tenant_id, code, name, role in rows:
        before = found.get(tenant_id, Membership(tenant_id, code, name, frozenset()))
        found[tenant_id] = before._replace(roles=before.roles | {role})
    return list(found.values())
