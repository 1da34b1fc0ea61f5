"""Calls the putaway room's SQL that writes and locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.putaway.rules import Bin


@dataclass(frozen=True, slots=True)
class Task:
    """A putaway or putback task as its lock found it; ``badge`` is who put the last of it."""

    id: int
    node_id: int
    kind: str
    item_id: int
    owner_id: int
    lot_id: int
    quantity: int
    done: int
    source_place_id: int
    location_id: int
    state: str
    outbound_line_id: int | None
    receipt_id: int | None
    badge: str
    sku: str
    weight_grams: int
    tracks_serials: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A location goods are put to, locked."""

    id: int
    node_id: int
    code: str
    kind: str
    active: bool
    capacity_units: int | None
    capacity_grams: int | None


class NewTask(NamedTuple):
    """A task to write; ``outbound_line_id`` and ``receipt_id`` are 0 where there is none."""

    item_id: int
    owner_id: int
    lot_id: int
    quantity: int
    source_place_id: int
    location_id: int
    outbound_line_id: int = 0
    receipt_id: int = 0


def bins_of_items(tenant_id: int, node_id: int, item_ids: Iterable[int]) -> dict[tuple[int, int], list[Bin]]:
    """By (item, lot): the bins where it lies or is on its way to."""
    known = fetch_all(sql.load(__file__, "bins_of_items"), {"tenant": tenant_id, "node": node_id, "items": sorted(set(item_ids))})
    if not known:
        return {}
    bins = {bin_.id: bin_ for bin_ in room_in_bins(tenant_id, node_id, {location_id for _, _, location_id in known})}
    found: dict[tuple[int, int], list[Bin]] = {}
    for item_id, lot_id, location_id in known:
        if location_id in bins:
            found.setdefault((item_id, lot_id), []).append(bins[location_id])
    return found


def empty_bins(tenant_id: int, node_id: int, limit: int) -> list[Bin]:
    """The nearest empty bins, nearest first."""
    rows = fetch_all(sql.load(__file__, "empty_bins"), {"tenant": tenant_id, "node": node_id, "limit": limit})
    return [Bin(*row) for row in rows]


def room_in_bins(tenant_id: int, node_id: int, location_ids: Iterable[int] | None = None) -> list[Bin]:
    """Open bins (of these ids, or all), nearest first, with the room they have left: less what lies there and what is on
    its way there. Three statements that are summed up here, so that no plan for their join can go wrong."""
    ids = None if location_ids is None else sorted(location_ids)
    rows = fetch_all(sql.load(__file__, "open_bins"), {"tenant": tenant_id, "node": node_id, "ids": ids})
    bins = [Bin(*row) for row in rows]
    found = [bin_.id for bin_ in bins]
    lies, comes = contents(tenant_id, found), coming(tenant_id, found)

    def left(bin_: Bin) -> Bin:
        units, grams = (sum(each) for each in zip(lies.get(bin_.id, (0, 0)), comes.get(bin_.id, (0, 0)), strict=True))
        return bin_._replace(
            units=None if bin_.units is None else bin_.units - units,
            grams=None if bin_.grams is None else bin_.grams - grams,
        )

    return [left(bin_) for bin_ in bins]


def any_bin(tenant_id: int, node_id: int) -> int | None:
    """Some open bin of the node."""
    found = fetch_values(
        "SELECT id FROM wms_location WHERE tenant_id = %s AND node_id = %s AND kind = 'bin' AND active ORDER BY pick_order LIMIT 1",
        (tenant_id, node_id),
    )
    return found[0] if found else None


def demand(tenant_id: int, node_id: int, item_ids: Iterable[int]) -> dict[int, float]:
    """How often each item has left the node; items that never did are absent."""
    parameters = {"tenant": tenant_id, "node": node_id, "items": sorted(set(item_ids))}
    return dict(fetch_all(sql.load(__file__, "demand"), parameters))


def insert_tasks(by: By, node_id: int, kind: str, tasks: Sequence[NewTask]) -> list[int]:
    """Write tasks; their ids, in order."""
    if not tasks:
        return []
    ids = new_ids(len(tasks))
    items, owners, lots, quantities, sources, locations, lines, receipts = (list(c) for c in zip(*tasks, strict=True))
    execute(
        sql.load(__file__, "insert_tasks"),
        {
            "tenant": by.tenant_id,
            "node": node_id,
            "kind": kind,
            "at": by.at,
            "ids": ids,
            "items": items,
            "owners": owners,
            "lots": lots,
            "quantities": quantities,
            "sources": sources,
            "locations": locations,
            "lines": lines,
            "receipts": receipts,
        },
    )
    return ids


def outbounds_of_tasks(tenant_id: int, task_ids: Sequence[int]) -> list[int]:
    return fetch_values(sql.load(__file__, "outbounds_of_tasks"), {"tenant": tenant_id, "ids": list(task_ids)})


def lock_tasks(tenant_id: int, task_ids: Iterable[int]) -> dict[int, Task]:
    """Lock tasks, in id order; refuses an unknown id."""
    wanted = sorted(set(task_ids))
    rows = fetch_all(sql.load(__file__, "lock_tasks"), {"tenant": tenant_id, "ids": wanted}, of=Task)
    found = {task.id: task for task in rows}
    for task_id in wanted:
        if task_id not in found:
            raise NotFound(kind="putaway task", code=task_id, field="task_id")
    return found


def lock_bins(tenant_id: int, location_ids: Iterable[int]) -> dict[int, Target]:
    """Lock locations, in id order; refuses an unknown id."""
    wanted = sorted(set(location_ids))
    rows = fetch_all(sql.load(__file__, "lock_bins"), {"tenant": tenant_id, "ids": wanted}, of=Target)
    found = {target.id: target for target in rows}
    for location_id in wanted:
        if location_id not in found:
            raise NotFound(kind="location", code=location_id, field="location_id")
    return found


def contents(tenant_id: int, location_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(units, grams) lying in each location; empty ones are absent."""
    rows = fetch_all(sql.load(__file__, "contents"), {"tenant": tenant_id, "ids": sorted(set(location_ids))})
    return {place_id: (units, grams) for place_id, units, grams in rows}


def coming(tenant_id: int, location_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(units, grams) that open tasks bring to each location; those nothing comes to are absent."""
    rows = fetch_all(sql.load(__file__, "coming"), {"tenant": tenant_id, "ids": sorted(set(location_ids))})
    return {location_id: (units, grams) for location_id, units, grams in rows}


def at_source(tenant_id: int, tasks: Iterable[Task]) -> dict[tuple[int, int, int, int], dict[str, int]]:
    """By (place, item, owner, lot) of the tasks' sources: units by state."""
    tasks = list(tasks)
    return at_places(tenant_id, {task.source_place_id for task in tasks}, {task.item_id for task in tasks})


def at_places(
    tenant_id: int, place_ids: Iterable[int], item_ids: Iterable[int]
) -> dict[tuple[int, int, int, int], dict[str, int]]:
    """By (place, item, owner, lot): units by state, of these items at these places."""
    rows = fetch_all(
        sql.load(__file__, "at_source"),
        {"tenant": tenant_id, "places": sorted(set(place_ids)), "items": sorted(set(item_ids))},
    )
    found: dict[tuple[int, int, int, int], dict[str, int]] = {}
    for place_id, item_id, owner_id, lot_id, state, units in rows:
        found.setdefault((place_id, item_id, owner_id, lot_id), {})[state] = units
    return found


def finish_tasks(by: By, put: Mapping[int, int]) -> None:
    """Add what was put (task id to units) to the tasks; those that are complete are done."""
    ids = sorted(put)
    execute(
        sql.load(__file__, "finish_tasks"),
        {"tenant": by.tenant_id, "at": by.at, "badge": by.actor, "ids": ids, "quantities": [put[task] for task in ids]},
    )


def free_totes(tenant_id: int, place_ids: Iterable[int]) -> None:
    execute(sql.load(__file__, "free_totes"), {"tenant": tenant_id, "ids": sorted(set(place_ids))})
