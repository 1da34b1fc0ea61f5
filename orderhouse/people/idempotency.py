"""A command repeated under the same Idempotency-Key answers what it answered the first time, and acts once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from orderhouse.database import execute, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal


class KeyReused(Refusal):
    """The key was used for another request."""

    sentence = "The Idempotency-Key {key} was used for a different request."
    remedy = "Use a fresh key for each new command; repeat a key only with the very same request."
    status = 422


class StoredAnswer(NamedTuple):
    """What the first attempt answered: HTTP status and body."""

    status: int
    body: bytes


def claim_key(*, by: By, key: str, fingerprint: bytes) -> StoredAnswer | None:
    """Claim ``key`` inside the caller's unit of work: None means go on, an answer means it was done before.

    A second request under the same key waits for the first one's transaction, then finds its answer; if the first rolled
    back, the second goes on. Refuses a key whose ``fingerprint`` (method, path and body) differs.
    """
    with unit_of_work(by.tenant_id):
        claimed = execute(
            """INSERT INTO people_idempotency (tenant_id, actor, key, fingerprint, created_at) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT (tenant_id, actor, key) DO NOTHING""",
            (by.tenant_id, by.actor, key, fingerprint, by.at),
        )
        if claimed:
            return None
        row = fetch_one(
            "SELECT fingerprint, status, answer FROM people_idempotency WHERE tenant_id = %s AND actor = %s AND key = %s",
            (by.tenant_id, by.actor, key),
        )
        if row is None or bytes(row[0]) != fingerprint:
            raise KeyReused(key=key, field="Idempotency-Key")
        return StoredAnswer(row[1] or 409, bytes(row[2] or b""))


def store_answer(*, by: By, key: str, answer: StoredAnswer) -> None:
    """Keep the answer with its key, in the same transaction as its effects."""
    execute(
        "UPDATE people_idempotency SET status = %s, answer = %s WHERE tenant_id = %s AND actor = %s AND key = %s",
        (answer.status, answer.body, by.tenant_id, by.actor, key),
    )


def forget_keys(*, tenant_id: int, before: datetime, limit: int) -> int:
    """Forget at most ``limit`` keys claimed before then, with their answers; how many. A key that comes again after that acts again."""
    with unit_of_work(tenant_id):
        return execute(sql.load(__file__, "forget_keys"), {"tenant": tenant_id, "before": before, "limit": limit})


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests the same."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).digest()
