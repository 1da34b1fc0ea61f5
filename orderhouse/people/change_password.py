"""A person changes their own password, or ends their sessions everywhere."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people.define_person import checked_password
from orderhouse.people.models import User
from orderhouse.people.sign_in import SignInBlocked, count_failure


class PasswordWrong(Refusal):
    """The present password was not given rightly."""

    sentence = "This is not your present password."
    remedy = "Type the password you signed in with."
    status = 401


def change_password(*, user_id: int, present: str, new: str, at: datetime) -> User:
    """Give the person a new password; every session ends, so the caller begins the one that goes on anew.

    Raises InvalidInput for a new one that is too short or the old one again, and as :func:`confirm_password` does.
    """
    checked_password(new)
    confirm_password(user_id=user_id, present=present, at=at)
    if present == new:
        raise InvalidInput(field="password", reason="is the present one", remedy="Take another.")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        user.password, user.must_change_password = make_password(new), False
        user.session_version += 1
        user.save(update_fields=["password", "must_change_password", "session_version"])
    return user


def confirm_password(*, user_id: int, present: str, at: datetime) -> User:
    """The person, if this is their password: asked again before what protects them changes. Wrong ones count as at the door.

    Raises :class:`PasswordWrong`, :class:`SignInBlocked`.
    """
    with transaction.atomic():  # commits what it counted, also where it refuses
        user = User.objects.select_for_update().get(pk=user_id)
        if user.blocked_until and user.blocked_until > at:
            raise SignInBlocked(seconds=int((user.blocked_until - at).total_seconds()) + 1)
        right = check_password(present, user.password)
        if not right:
            count_failure(user, at=at)
    if not right:
        raise PasswordWrong(field="present")
    return user


def end_sessions(*, user_id: int) -> User:
    """Sign the person out everywhere."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        user.session_version += 1
        user.save(update_fields=["session_version"])
    return user
