"""Scanners: enrolled once for a node, known by a secret they keep, gone the moment they are revoked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from orderhouse.database import execute, fetch_all, fetch_one, fetch_value, fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id
from orderhouse.people.changes import note_change

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled scanner. ``badge`` is the only one it obeys ("" for any); ``practice`` scans by itself what is expected."""

    id: int
    code: str
    name: str
    node_id: int
    badge: str
    practice: bool
    enrolled_by: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None


_DEVICE = """SELECT id, code, name, node_id, coalesce(badge, '') AS badge, practice, enrolled_by, enrolled_at, last_seen_at, revoked_at
             FROM people_device WHERE tenant_id = %s"""


def enroll_device(
    *, by: By, node_id: int, prefix: str, name: str, practice: bool = False, badge: str | None = None
) -> tuple[Device, str]:
    """Make a scanner known at a node; its code is ``prefix`` with the next free number. Answers it with its secret, which is
    told this once. The caller has checked that ``node_id`` is the tenant's. Raises InvalidInput for a name of 0 or over 60
    characters."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidInput(field="name", reason=f"it needs 1 to {LONGEST_NAME} characters", remedy="Say where it is used.")
    secret = secrets.token_urlsafe(32)
    with unit_of_work(by.tenant_id):
        fetch_one("SELECT 1 FROM people_tenant WHERE tenant_id = %s FOR NO KEY UPDATE", (by.tenant_id,))  # one number, one device
        taken = fetch_value(
            "SELECT count(*) FROM people_device WHERE tenant_id = %s AND starts_with(code, %s)", (by.tenant_id, prefix)
        )
        code = f"{prefix}{int(taken or 0) + 1:02d}"
        id_ = new_id()
        execute(
            """INSERT INTO people_device (tenant_id, id, code, name, node_id, badge, practice, secret_hash, enrolled_by, enrolled_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            (by.tenant_id, id_, code, name, node_id, badge, practice, _hash(secret), by.actor, by.at),
        )
        note_change(by=by, deed="device-enrolled", subject=code, detail=name)
    return Device(id_, code, name, node_id, badge or "", practice, by.actor, by.at, None, None), secret


def revoke_devices(*, by: By, device_ids: Collection[int]) -> None:
    """Take scanners out of use from their next request on; repeated, it changes nothing."""
    with unit_of_work(by.tenant_id):
        revoked = fetch_values(
            """UPDATE people_device SET revoked_at = %s WHERE tenant_id = %s AND id = ANY (%s) AND revoked_at IS NULL
               RETURNING code""",
            (by.at, by.tenant_id, sorted(device_ids)),
        )
        for code in revoked:
            note_change(by=by, deed="device-revoked", subject=code)


def device_with_secret(tenant_id: int, device_id: int, secret: str, *, at: datetime) -> Device | None:
    """The scanner that keeps this secret, seen now; None for an unknown, a revoked or a false one."""
    with unit_of_work(tenant_id):
        kept = fetch_value(
            "SELECT secret_hash FROM people_device WHERE tenant_id = %s AND id = %s AND revoked_at IS NULL",
            (tenant_id, device_id),
        )
        if kept is None or not hmac.compare_digest(bytes(kept), _hash(secret)):
            return None
        device: Device = fetch_all(_DEVICE + " AND id = %s", (tenant_id, device_id), of=Device)[0]
        if device.last_seen_at is None or at - device.last_seen_at > timedelta(minutes=1):
            execute("UPDATE people_device SET last_seen_at = %s WHERE tenant_id = %s AND id = %s", (at, tenant_id, device_id))
    return device


def devices(tenant_id: int) -> list[Device]:
    """Every scanner, those in use first."""
    with unit_of_work(tenant_id):
        return fetch_all(_DEVICE + " ORDER BY revoked_at IS NOT NULL, code", (tenant_id,), of=Device)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
