"""Who was given what, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from orderhouse.database import execute, fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_id
from orderhouse.people.chain import GENESIS, link_hash


class Change(NamedTuple):
    """One deed of an administrator."""

    at: datetime
    actor: str
    deed: str
    subject: str
    detail: str


def note_change(*, by: By, deed: str, subject: str, detail: str = "") -> None:
    """Keep a deed, inside the unit of work that does it, as the next link of the business's chain.

    The head's row is locked until that unit of work ends, so deeds stand in the order they were committed: note them last.
    """
    position, previous = _lock_head(by.tenant_id)
    row_id = new_id()
    content: dict[str, Any] = {"at": by.at, "actor": by.actor, "deed": deed, "subject": subject, "detail": detail}
    digest = link_hash(tenant_id=by.tenant_id, position=position + 1, row_id=row_id, previous=previous, **content)
    execute(
        sql.load(__file__, "append_change"),
        {"tenant": by.tenant_id, "id": row_id, "position": position + 1, "previous": previous, "hash": digest, **content},
    )


def _lock_head(tenant_id: int) -> tuple[int, bytes]:
    for _ in range(2):
        head = fetch_one(
            "SELECT position, hash FROM people_change_head WHERE tenant_id = %s FOR UPDATE",
            (tenant_id,),
        )
        if head:
            return head[0], bytes(head[1])
        execute(
            "INSERT INTO people_change_head (tenant_id, position, hash) VALUES (%s, 0, %s) ON CONFLICT (tenant_id) DO NOTHING",
            (tenant_id, GENESIS),
        )
    raise RuntimeError("the head of the chain cannot be read")


def changes(tenant_id: int, *, limit: int = 50) -> list[Change]:
    """The latest deeds, newest first."""
    with unit_of_work(tenant_id):
        return fetch_all(
            "SELECT at, actor, deed, subject, detail FROM people_change WHERE tenant_id = %s ORDER BY position DESC LIMIT %s",
            (tenant_id, limit),
            of=Change,
        )
