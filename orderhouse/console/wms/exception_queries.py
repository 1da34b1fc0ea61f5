"""Exceptions as their page shows them: what happened, in words; whose they are; how old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound

KINDS = ("conflict", "short_pick", "count_variance", "short", "over", "damaged", "unknown")

_ANY = """
  AND (%(node)s::bigint IS NULL OR e.node_id = %(node)s::bigint)
  AND (%(kinds)s::text[] IS NULL OR e.kind = ANY (%(kinds)s::text[]))
  AND (%(owners)s::text[] IS NULL OR e.owner = ANY (%(owners)s::text[]))"""
_OPEN = _ANY + " AND e.settled_at IS NULL ORDER BY e.raised_at, e.id LIMIT %(limit)s"
_SETTLED = _ANY + " AND e.settled_at IS NOT NULL ORDER BY e.id DESC LIMIT %(limit)s"
_THESE = " AND e.id = ANY (%(ids)s) ORDER BY e.id"


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Something that went otherwise than planned. ``owner`` is a role, badge or person; ``owner_name`` the badge's name."""

    id: int
    node: str
    kind: str
    subject_kind: str
    subject_id: int
    facts: dict[str, Any]
    owner: str
    owner_name: str
    raised_at: datetime
    noted: str
    settled_at: datetime | None
    settled_by: str
    outcome: str


def exceptions(
    tenant_id: int,
    *,
    node_id: int | None = None,
    kinds: Sequence[str] = (),
    owners: Sequence[str] = (),
    settled: bool = False,
    limit: int = 200,
) -> list[Exceptional]:
    """Open exceptions, oldest first; or settled ones, latest first."""
    parameters = {
        "tenant": tenant_id,
        "node": node_id,
        "kinds": list(kinds) or None,
        "owners": list(owners) or None,
        "limit": limit,
    }
    return _read(tenant_id, _SETTLED if settled else _OPEN, parameters)


def exception(tenant_id: int, exception_id: int) -> Exceptional:
    """One exception; refuses an unknown id."""
    if found := _read(tenant_id, _THESE, {"tenant": tenant_id, "ids": [exception_id]}):
        return found[0]
    raise NotFound(kind="exception", code=exception_id, field="exception_id")


def _read(tenant_id: int, which: str, parameters: dict[str, Any]) -> list[Exceptional]:
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "exceptions") + which, parameters)
    return [Exceptional(*[*row[:5], orjson.loads(row[5]), *row[6:]]) for row in rows]


def open_by_kind(tenant_id: int, node_id: int | None) -> dict[str, int]:
    """How many are open, by kind."""
    with unit_of_work(tenant_id):
        return dict(
            fetch_all(
                """SELECT kind, count(*)::int FROM wms_exception
                   WHERE tenant_id = %(tenant)s AND settled_at IS NULL AND (%(node)s::bigint IS NULL OR node_id = %(node)s::bigint)
                   GROUP BY kind""",
                {"tenant": tenant_id, "node": node_id},
            )
        )
