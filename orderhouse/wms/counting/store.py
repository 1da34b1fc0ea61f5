"""Calls the counting room's SQL that writes and locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids


@dataclass(frozen=True, slots=True)
class Task:
    """A count as its lock found it; ``badge`` is who counted."""

    id: int
    node_id: int
    location_id: int
    location: str
    item_id: int
    owner_id: int
    sku: str
    tracks_lots: bool
    tracks_serials: bool
    reason: str
    state: str
    expected: int | None
    counted: int | None
    badge: str


class InBook(NamedTuple):
    """Units of one lot in a bin, good or allocated."""

    place_id: int
    item_id: int
    lot_id: int
    single: bool
    expires_on: date | None
    state: str
    quantity: int


def insert_tasks(by: By, bins: Sequence[tuple[int, int]], reason: str) -> dict[tuple[int, int], int]:
    """Ask for counts of (location, item) pairs; the open task of each."""
    wanted = sorted(set(bins))
    rows = fetch_all(
        sql.load(__file__, "insert_tasks"),
        {
            "tenant": by.tenant_id,
            "reason": reason,
            "at": by.at,
            "ids": new_ids(len(wanted)),
            "locations": [location_id for location_id, _ in wanted],
            "items": [item_id for _, item_id in wanted],
        },
    )
    return {(location_id, item_id): task_id for task_id, location_id, item_id in rows}


def lock_tasks(tenant_id: int, task_ids: Iterable[int]) -> dict[int, Task]:
    """Lock tasks, in id order; refuses an unknown id."""
    wanted = sorted(set(task_ids))
    rows = fetch_all(sql.load(__file__, "lock_tasks"), {"tenant": tenant_id, "ids": wanted}, of=Task)
    found = {task.id: task for task in rows}
    for task_id in wanted:
        if task_id not in found:
            raise NotFound(kind="count task", code=task_id, field="task_id")
    return found


def in_book(tenant_id: int, tasks: Iterable[Task]) -> dict[tuple[int, int], list[InBook]]:
    """By (place, item): what the book has in the tasks' bins."""
    tasks = list(tasks)
    rows = fetch_all(
        sql.load(__file__, "in_book"),
        {
            "tenant": tenant_id,
            "locations": sorted({task.location_id for task in tasks}),
            "items": sorted({task.item_id for task in tasks}),
        },
        of=InBook,
    )
    found: dict[tuple[int, int], list[InBook]] = {}
    for row in rows:
        found.setdefault((row.place_id, row.item_id), []).append(row)
    return found


def save_counts(by: By, counts: Mapping[int, tuple[int, int, str]]) -> None:
    """Write (expected, counted, state) by task id."""
    ids = sorted(counts)
    execute(
        sql.load(__file__, "save_counts"),
        {
            "tenant": by.tenant_id,
            "badge": by.actor,
            "at": by.at,
            "ids": ids,
            "expected": [counts[task][0] for task in ids],
            "counted": [counts[task][1] for task in ids],
            "states": [counts[task][2] for task in ids],
        },
    )


def set_states(tenant_id: int, task_ids: Iterable[int], state: str) -> None:
    execute("UPDATE wms_count_task SET state = %s WHERE tenant_id = %s AND id = ANY (%s)", (state, tenant_id, sorted(task_ids)))
