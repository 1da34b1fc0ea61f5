"""The second step at the door: a code of the person's authenticator app, or one of the recovery codes they keep on paper."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import connection, transaction

from orderhouse.kernel.errors import Refusal
from orderhouse.people import totp
from orderhouse.people.models import User
from orderhouse.people.sealed import seal, unseal
from orderhouse.people.sign_in import SignInBlocked, count_failure
from orderhouse.people.throttle_address import note_failure

RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class CodeRefused(Refusal):
    """A wrong code, an old one, or one that was used before."""

    sentence = "This code is not accepted."
    remedy = "Wait for the app's next code and check that your phone's clock is right, or use a recovery code."
    status = 401


class NothingToConfirm(Refusal):
    """No second factor was begun, or it is in force already."""

    sentence = "There is no second factor to confirm."
    remedy = "Begin again from your account."


def begin_second_factor(*, user_id: int) -> bytes:
    """A secret for the person's app, kept sealed; it protects nothing until :func:`confirm_second_factor`. One that was begun
    before is answered again, so that a page reloaded shows the same. Refuses where a factor is in force."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if user.second_factor_since is not None:
            raise NothingToConfirm()
        if user.second_factor is not None:
            return _secret(user)
        secret = totp.new_secret()
        user.second_factor = seal(secret, label=f"totp:{user_id}")
        user.save(update_fields=["second_factor"])
    return secret


def confirm_second_factor(*, user_id: int, code: str, at: datetime) -> list[str]:
    """Put the factor begun into force with a code of the app; answers ten recovery codes, which are never shown again.

    Raises :class:`CodeRefused`, :class:`NothingToConfirm`.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if user.second_factor is None or user.second_factor_since is not None:
            raise NothingToConfirm()
        step = totp.step_of_code(_secret(user), _digits(code), at=at)
        if step is None:
            raise CodeRefused(field="code")
        user.second_factor_since, user.second_factor_step = at, step
        user.save(update_fields=["second_factor_since", "second_factor_step"])
        codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM people_recovery_code WHERE user_id = %s", (user_id,))
            cursor.execute(
                "INSERT INTO people_recovery_code (user_id, code_hash) SELECT %s, unnest(%s::bytea[])",
                (user_id, [_hash(code) for code in codes]),
            )
    return codes


def check_second_factor(*, user_id: int, code: str, at: datetime, address: str = "") -> User:
    """The person, if the code is their app's and newer than any used before, or a recovery code not used yet.

    Wrong codes count as wrong passwords do, on the person and on the address. Raises :class:`CodeRefused`,
    :class:`SignInBlocked`.
    """
    with transaction.atomic():  # commits what it counted, also where it refuses
        user = User.objects.select_for_update().get(pk=user_id)
        if user.blocked_until and user.blocked_until > at:
            refusal: Refusal = SignInBlocked(seconds=int((user.blocked_until - at).total_seconds()) + 1)
        elif user.second_factor_since is not None and (_is_apps(user, code, at) or _is_recovery(user, code, at)):
            user.failed_attempts, user.blocked_until = 0, None
            user.save(update_fields=["failed_attempts", "blocked_until", "second_factor_step"])
            return user
        else:
            count_failure(user, at=at)
            note_failure(address, at=at)
            refusal = CodeRefused(field="code")
    raise refusal


def drop_second_factor(*, user_id: int) -> None:
    """Take the second factor and its recovery codes away, and end every session: whoever had them is out."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        user.second_factor, user.second_factor_since, user.second_factor_step = None, None, 0
        user.session_version += 1
        user.save(update_fields=["second_factor", "second_factor_since", "second_factor_step", "session_version"])
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM people_recovery_code WHERE user_id = %s", (user_id,))


def reseal_second_factors() -> int:
    """Seal every factor's secret under the present key, those too that an earlier key sealed; how many. Raises ``Unsealable``."""
    with transaction.atomic():
        users = list(User.objects.select_for_update().filter(second_factor__isnull=False).order_by("pk"))
        for user in users:
            user.second_factor = seal(_secret(user), label=f"totp:{user.pk}")
            user.save(update_fields=["second_factor"])
    return len(users)


def recovery_codes_left(user_id: int) -> int:
    """How many recovery codes were not used yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_recovery_code WHERE user_id = %s AND used_at IS NULL", (user_id,))
        return int(cursor.fetchone()[0])


def _secret(user: User) -> bytes:
    return unseal(bytes(user.second_factor or b""), label=f"totp:{user.pk}")


def _is_apps(user: User, code: str, at: datetime) -> bool:
    digits = _digits(code)
    if len(digits) != totp.DIGITS:
        return False
    step = totp.step_of_code(_secret(user), digits, at=at, after=user.second_factor_step)
    if step is None:
        return False
    user.second_factor_step = step
    return True


def _is_recovery(user: User, code: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_recovery_code SET used_at = %s WHERE user_id = %s AND code_hash = %s AND used_at IS NULL",
            (at, user.pk, _hash(code)),
        )
        return cursor.rowcount == 1


def _digits(code: str) -> str:
    return "".join(code.split())


def _hash(code: str) -> bytes:
    return hashlib.sha256("".join(code.lower().replace("-", "").split()).encode()).digest()
