"""Counts, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class CountTask:
    """A count asked for, or made: ``expected`` and ``counted`` are None until then, and a counter is never shown them."""

    id: int
    location_id: int
    location: str
    item_id: int
    sku: str
    name: str
    reason: str
    state: str
    expected: int | None
    counted: int | None
    badge: str
    created_at: datetime
    counted_at: datetime | None


def counts_to_make(tenant_id: int, node_id: int, *, limit: int = 200) -> list[CountTask]:
    """The node's open counts, in pick order."""
    return _tasks(tenant_id, node_id, "ready", limit)


def variances(tenant_id: int, node_id: int, *, limit: int = 200) -> list[CountTask]:
    """Counts that differ from the book and wait for the manager."""
    return _tasks(tenant_id, node_id, "counted", limit)


def _tasks(tenant_id: int, node_id: int, state: str, limit: int) -> list[CountTask]:
    parameters = {"tenant": tenant_id, "node": node_id, "state": state, "limit": limit}
    return fetch_all(sql.load(__file__, "open_tasks"), parameters, of=CountTask)
