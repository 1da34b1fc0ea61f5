"""API keys: shown once, kept as a hash. A key names its tenant, so that it can be checked inside that tenant alone.

Form: ``oh_<tenant>_<key id>_<secret>``; tenant and key id in base 36, the secret 256 random bits. Because the secret is
random and long, one SHA-256 is as good as a slow hash and lets every request be checked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderhouse.database import execute, fetch_all, fetch_value, inside_transaction, unit_of_work
from orderhouse.database.at_once import at_once
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import new_id
from orderhouse.people.changes import note_change

SCOPES = {
    "orders:read": "see orders, their lines, parcels and story",
    "orders:write": "place, hold, cancel and release orders",
    "stock:read": "see availability, stock and movements",
    "stock:write": "announce and receive goods, set safety stock, count",
    "floor:read": "see waves, tours and the backlog",
    "floor:write": "plan and release waves, scan",
    "catalog:read": "see items, nodes and channels",
    "catalog:write": "define items, nodes, channels and layouts",
    "events:read": "read the feed of events and channel messages",
    "books:prove": "examine the books",
    "letters:write": "replay and drop letters, set routes",
}


_USED = """UPDATE people_api_key SET last_used_at = %(at)s
           WHERE tenant_id = %(tenant)s
             AND id IN (SELECT id FROM people_api_key WHERE tenant_id = %(tenant)s AND id = %(id)s FOR NO KEY UPDATE SKIP LOCKED)"""
"""Of a hundred requests at the top of the hour one notes the use; the others pass it by, instead of waiting for its commit."""


class KeyRefused(Refusal):
    """The key is unknown, revoked or expired; which of them is not told."""

    sentence = "This API key is not accepted."
    remedy = "Send a valid key as 'Authorization: Bearer oh_...'; an administrator can issue one."
    status = 401


class ScopeMissing(Refusal):
    """The key is right, but not for this."""

    sentence = "This API key lacks the scope {scope}."
    remedy = "Use a key issued with {scope}."
    status = 403


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a checked key."""

    tenant_id: int
    key_id: int
    name: str
    scopes: frozenset[str]

    def must_have(self, scope: str) -> None:
        """Refuse unless the key was issued with ``scope``."""
        if scope not in self.scopes:
            raise ScopeMissing(scope=scope)


def issue_api_key(*, by: By, name: str, scopes: Collection[str], expires_at: datetime | None = None) -> str:
    """Make a key with these scopes and answer its text, which is never shown again."""
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown or not scopes:
        raise InvalidInput(
            field="scopes",
            reason=f"unknown scopes {', '.join(unknown)}" if unknown else "a key without scopes opens nothing",
            remedy=f"Choose among {', '.join(SCOPES)}.",
        )
    key_id, secret = new_id(), secrets.token_urlsafe(32)
    text = f"oh_{_base36(by.tenant_id)}_{_base36(key_id)}_{secret}"
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO people_api_key (tenant_id, id, name, prefix, secret_hash, scopes, created_at, expires_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            (by.tenant_id, key_id, name, text[: -len(secret) + 4], _hash(secret), sorted(scopes), by.at, expires_at),
        )
        note_change(by=by, deed="key-issued", subject=name, detail=", ".join(sorted(scopes)))
    return text


def revoke_api_key(*, by: By, key_id: int) -> None:
    """Stop accepting a key; a revoked key stays listed."""
    with unit_of_work(by.tenant_id):
        name = fetch_value("SELECT name FROM people_api_key WHERE tenant_id = %s AND id = %s", (by.tenant_id, key_id))
        if name is None:
            raise NotFound(kind="API key", code=key_id)
        if execute(
            "UPDATE people_api_key SET revoked_at = %s WHERE tenant_id = %s AND id = %s AND revoked_at IS NULL",
            (by.at, by.tenant_id, key_id),
        ):
            note_change(by=by, deed="key-revoked", subject=name)


def check_api_key(text: str, *, at: datetime) -> Bearer:
    """Who holds the key ``text`` at this moment; refuses an unknown, revoked or expired one, in constant time."""
    return check_and_ask(text, at=at)[0]


def check_and_ask(text: str, *, at: datetime, asked: Sequence[Part] = ()) -> tuple[Bearer, list[list[tuple[Any, ...]]]]:
    """As :func:`check_api_key`, and the rows of what the key's holder asks, all in one round trip. A wrong key closes its tenant before
    that is read: row-level security then shows it nothing."""
    try:
        mark, tenant, key, secret = text.split("_", 3)
        tenant_id, key_id = int(tenant, 36), int(key, 36)
    except ValueError:
        raise KeyRefused() from None
    if mark != "oh" or not 0 < tenant_id < 2**63 or not 0 < key_id < 2**63:
        raise KeyRefused()
    presented = _hash(secret)
    check = Part(sql.load(__file__, "check_api_key"), {"tenant": tenant_id, "id": key_id, "at": at, "hash": presented})
    if inside_transaction():
        with unit_of_work(tenant_id):
            rows, *answers = [fetch_all(part.text, part.params) for part in (check, *asked)]
    else:
        rows, *answers = at_once(tenant_id, [check, *asked])
    ((name, expected, scopes, unused, _),) = rows
    if not hmac.compare_digest(presented, bytes(expected or b"")):
        raise KeyRefused()
    if unused:  # for the list of keys; not worth a write each request
        with unit_of_work(tenant_id):
            execute(_USED, {"at": at, "tenant": tenant_id, "id": key_id})
    return Bearer(tenant_id, key_id, name, frozenset(scopes)), answers


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
