"""How far a business is proven, as the auditor left word of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from orderhouse.database import fetch_all, fetch_one, unit_of_work

RECOUNT = "balance_equals_recount"
"""The rule the auditor looks at in every beat, by marks and slices rather than by its view."""

CHAIN = "deeds_chained"
"""Not a rule of the books: the chain of what administrators did."""


class Examined(NamedTuple):
    """A rule's latest look: when, how long it took, how many rows broke it."""

    rule: str
    at: datetime
    seconds: float
    violations: int


@dataclass(frozen=True, slots=True)
class AuditState:
    """``proven_at`` is the snapshot in which every balance was last seen to be what moved, ``last_movement_id`` the highest id in it;
    ``round_ended_at`` when the whole history was last recounted to its end; ``chain_length`` rows of deeds were right at ``chain_at``."""

    proven_at: datetime
    movements: int
    last_movement_id: int
    next_item_id: int
    round_began_at: datetime
    round_ended_at: datetime | None
    chain_at: datetime | None
    chain_length: int


def audit_state(tenant_id: int) -> AuditState | None:
    """How far this business is proven; None before the auditor's first beat."""
    with unit_of_work(tenant_id):
        return state_of(tenant_id)


def state_of(tenant_id: int) -> AuditState | None:
    """The same, in the caller's unit of work or snapshot."""
    return fetch_one(
        """SELECT proven_at, movements, last_movement_id, next_item_id, round_began_at, round_ended_at, chain_at, chain_length
           FROM contract_auditor WHERE tenant_id = %s""",
        (tenant_id,),
        of=AuditState,
    )


def examined(tenant_id: int) -> dict[str, Examined]:
    """Each rule's latest look."""
    with unit_of_work(tenant_id):
        return examined_of(tenant_id)


def examined_of(tenant_id: int) -> dict[str, Examined]:
    """The same, in the caller's unit of work or snapshot."""
    rows = fetch_all(
        "SELECT rule, at, seconds, violations FROM contract_examined WHERE tenant_id = %s", (tenant_id,), of=Examined
    )
    return {row.rule: row for row in rows}
