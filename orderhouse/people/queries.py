"""Who works here: people with their roles, badges, keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all, unit_of_work


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the business."""

    user_id: int
    name: str
    email: str
    roles: list[str]
    is_active: bool
    last_login: datetime | None
    second_factor_since: datetime | None
    must_change_password: bool
    badges: list[str]


@dataclass(frozen=True, slots=True)
class IssuedBadge:
    """A badge, and whose it is where that person also signs in."""

    code: str
    name: str
    active: bool
    with_pin: bool
    skills: list[str] | None
    person: str | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """An API key as lists show it."""

    key_id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def people(tenant_id: int) -> list[Person]:
    """Every member, by name."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT m.user_id, m.name, m.email, m.roles, u.is_active, u.last_login, u.second_factor_since, u.must_change_password,
                 ARRAY(SELECT b.code FROM people_badge b WHERE b.tenant_id = %(tenant)s AND b.user_id = u.id AND b.active
                       ORDER BY b.code) AS badges
               FROM people_member m JOIN people_user u ON u.id = m.user_id
               WHERE m.tenant_id = %(tenant)s ORDER BY m.name, m.user_id""",
            {"tenant": tenant_id},
            of=Person,
        )


def badges(tenant_id: int) -> list[IssuedBadge]:
    """Every badge, those in use first."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT b.code, b.name, b.active, b.pin_hash IS NOT NULL AS with_pin, b.skills, u.email AS person
               FROM people_badge b LEFT JOIN people_user u ON u.id = b.user_id
               WHERE b.tenant_id = %s ORDER BY b.active DESC, b.code""",
            (tenant_id,),
            of=IssuedBadge,
        )


def api_keys(tenant_id: int) -> list[IssuedKey]:
    """Every key, those in use first."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT id AS key_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at FROM people_api_key
               WHERE tenant_id = %s ORDER BY revoked_at IS NOT NULL, created_at DESC""",
            (tenant_id,),
            of=IssuedKey,
        )
