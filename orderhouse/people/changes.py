"""Who was given what, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_id


class Change(NamedTuple):
    """One deed of an administrator."""

    at: datetime
    actor: str
    deed: str
    subject: str
    detail: str


def note_change(*, by: By, deed: str, subject: str, detail: str = "") -> None:
    """Keep a deed, inside the unit of work that does it."""
    execute(
        "INSERT INTO people_change (tenant_id, id, at, actor, deed, subject, detail) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (by.tenant_id, new_id(), by.at, by.actor, deed, subject, detail),
    )


def changes(tenant_id: int, *, limit: int = 50) -> list[Change]:
    """The latest deeds, newest first."""
    with unit_of_work(tenant_id):
        return fetch_all(
            "SELECT at, actor, deed, subject, detail FROM people_change WHERE tenant_id = %s ORDER BY id DESC LIMIT %s",
            (tenant_id, limit),
            of=Change,
        )
