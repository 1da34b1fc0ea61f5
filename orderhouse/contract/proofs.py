"""The examinations of the books that were made, as the business's story keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, fetch_value, unit_of_work


@dataclass(frozen=True, slots=True)
class PastProof:
    """One examination: ``broken`` and ``looked`` by rule, ``examples`` the first rows that broke one. ``looked`` is empty where who
    examined did not count, ``seconds`` None where it is not known."""

    id: int
    at: datetime
    actor: str
    movements: int
    last_movement_id: int
    violations: int
    rules: int
    broken: dict[str, int]
    looked: dict[str, int]
    examples: dict[str, list[dict[str, Any]]]
    seconds: float | None


def proofs(tenant_id: int, *, before_id: int = 2**63 - 1, limit: int = 50) -> list[PastProof]:
    """The latest examinations, newest first."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id, at, actor, facts::text FROM contract_event
               WHERE tenant_id = %(tenant)s AND subject_kind = 'business' AND subject_id = %(tenant)s AND type = 'books-proven'
                 AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s""",
            {"tenant": tenant_id, "before": before_id, "limit": limit},
        )
    return [_read(*row) for row in rows]


def rows_looked_at(tenant_id: int) -> dict[str, int]:
    """How many rows each rule looked at, by the latest examination that counted them."""
    with unit_of_work(tenant_id):
        text = fetch_value(
            """SELECT (facts -> 'looked')::text FROM contract_event
               WHERE tenant_id = %(tenant)s AND subject_kind = 'business' AND subject_id = %(tenant)s AND type = 'books-proven'
                 AND facts ? 'looked' ORDER BY id DESC LIMIT 1""",
            {"tenant": tenant_id},
        )
    looked: dict[str, int] = orjson.loads(text) if text else {}
    return looked


def _read(proof_id: int, at: datetime, actor: str, text: str) -> PastProof:
    facts: dict[str, Any] = orjson.loads(text)
    began = facts.get("began_at")
    return PastProof(
        proof_id,
        at,
        actor,
        facts["movements"],
        facts["last_movement_id"],
        facts["violations"],
        facts.get("rules", 0),
        facts.get("broken", {}),
        facts.get("looked", {}),
        facts.get("examples", {}),
        (at - datetime.fromisoformat(began)).total_seconds() if began else None,
    )
