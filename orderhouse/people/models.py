"""The person who signs in: known by email across tenants; what they may do is a membership."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class UserManager(BaseUserManager["User"]):
    """Finds people by email without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an email and a password (Argon2id).

    ``failed_attempts`` counts wrong passwords and codes since the last right ones; until ``blocked_until`` none is tried. A new
    ``session_version`` ends every session begun under the old one. ``second_factor`` is the sealed secret of the person's
    authenticator app, in force since ``second_factor_since``; ``second_factor_step`` the last step whose code was used.
    """

    id = models.BigIntegerField(primary_key=True)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    failed_attempts = models.IntegerField(default=0, db_default=0)
    blocked_until = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False, db_default=False)
    session_version = models.IntegerField(default=0, db_default=0)
    second_factor = models.BinaryField(null=True, blank=True)
    second_factor_since = models.DateTimeField(null=True, blank=True)
    second_factor_step = models.BigIntegerField(default=0, db_default=0)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is checked against on every request: it changes with the password and with the session version."""
        value = f"{self.password}:{self.session_version}"
        return salted_hmac("orderhouse.people.session", value, secret=secret, algorithm="sha256").hexdigest()
