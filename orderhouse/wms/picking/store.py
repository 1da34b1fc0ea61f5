"""Pick tasks, tours and totes: locks and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.outbound.store import Outbound
from orderhouse.wms.picking.refusals import WrongTote
from orderhouse.wms.picking.rules import TaskInHand


def lock_tasks(tenant_id: int, task_ids: Sequence[int]) -> tuple[dict[int, Outbound], dict[int, TaskInHand]]:
    """The tasks, with their outbounds locked (which locks the tasks, ADR on lock order); refuses an unknown id."""
    outbounds = lock_outbounds_of(tenant_id, task_ids)
    tasks = {t.id: t for t in fetch_all(sql.load(__file__, "tasks"), {"tenant": tenant_id, "ids": list(task_ids)}, of=TaskInHand)}
    for task_id in task_ids:
        if task_id not in tasks:
            raise NotFound(kind="pick task", code=task_id, field="task_id")
    return outbounds, tasks


def lock_outbounds_of(tenant_id: int, task_ids: Sequence[int]) -> dict[int, Outbound]:
    """The outbounds of these tasks by id, locked in id order."""
    found = fetch_all(sql.load(__file__, "lock_outbounds_of"), {"tenant": tenant_id, "tasks": list(task_ids)}, of=Outbound)
    return {outbound.id: outbound for outbound in found}


@dataclass(frozen=True, slots=True)
class Tote:
    """A tote as its lock found it. ``stale`` when the order it last carried is closed and it holds none of its units."""

    id: int
    node_id: int
    code: str
    kind: str
    outbound_id: int | None
    stale: bool


def lock_totes(tenant_id: int, tote_ids: Iterable[int]) -> dict[int, Tote]:
    """Totes by id, locked in id order; unknown ones are absent."""
    found = fetch_all(sql.load(__file__, "lock_totes"), {"tenant": tenant_id, "ids": sorted(set(tote_ids))}, of=Tote)
    return {tote.id: tote for tote in found}


def refuse_tote(
    totes: Mapping[int, Tote], carries: Mapping[int, int], tote_id: int, outbound: Outbound
) -> NotFound | WrongTote | None:
    """Why this locked tote cannot carry this outbound, or None; ``carries`` are tote ids the same batch has given to outbounds."""
    tote, outbound_id = totes.get(tote_id), outbound.id
    if tote is None:
        return NotFound(kind="tote", code=tote_id, field="tote_id")
    why = ""
    if tote.kind != "tote":
        why = f"it is a {tote.kind}"
    elif tote.node_id != outbound.node_id:
        why = "it belongs to another node"
    elif carries.get(tote_id, outbound_id) != outbound_id or (tote.outbound_id not in (None, outbound_id) and not tote.stale):
        why = "it carries another order"
    return WrongTote(tote=tote.code, order=outbound.order_number, why=why) if why else None


def claim_totes(by: By, outbounds: Mapping[int, Outbound], wanted: Iterable[tuple[int, int]]) -> None:
    """Let totes carry orders, as (tote id, outbound id); refuses one that carries another order, is none, or is elsewhere."""
    pairs = sorted(set(wanted))
    totes = lock_totes(by.tenant_id, [tote_id for tote_id, _ in pairs])
    carries: dict[int, int] = {}
    for tote_id, outbound_id in pairs:
        if refusal := refuse_tote(totes, carries, tote_id, outbounds[outbound_id]):
            raise refusal
        carries[tote_id] = outbound_id
    if part := carrying(by.tenant_id, totes, carries):
        execute(*part)


def carrying(tenant_id: int, totes: Mapping[int, Tote], carries: Mapping[int, int]) -> Part | None:
    """Let totes carry outbounds from here on, as part of a statement; None where each carries its own already."""
    fresh = sorted(
        (tote_id, outbound_id) for tote_id, outbound_id in carries.items() if totes[tote_id].outbound_id != outbound_id
    )
    if not fresh:
        return None
    return Part(
        sql.load(__file__, "carry"),
        {"tenant": tenant_id, "ids": [tote_id for tote_id, _ in fresh], "outbounds": [outbound_id for _, outbound_id in fresh]},
    )


class TaskPicked(NamedTuple):
    """Units of a task that one picker put into a tote."""

    by: By
    units: int
    tote_id: int


def picking(tenant_id: int, picks: Mapping[int, TaskPicked]) -> Part:
    """Add picked units to tasks (by id), as part of a statement; a task picked in full is done."""
    rows = sorted(picks.items())
    return Part(
        sql.load(__file__, "pick"),
        {
            "tenant": tenant_id,
            "ids": [task_id for task_id, _ in rows],
            "units": [done.units for _, done in rows],
            "totes": [done.tote_id for _, done in rows],
            "badges": [done.by.actor for _, done in rows],
            "ats": [done.by.at for _, done in rows],
        },
    )


def left_to_do(tenant_id: int, outbound_ids: Iterable[int], tour_ids: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Units of locked outbounds not in a tote yet, and open tasks of locked tours, by id."""
    params = {"tenant": tenant_id, "outbounds": sorted(outbound_ids), "tours": sorted(tour_ids)}
    left: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for which, id_, count in fetch_all(sql.load(__file__, "left_to_do"), params):
        left[which][id_] = count
    return left


def short(by: By, found: Mapping[int, int]) -> None:
    """Set tasks to what was found (task id to units in all): short where it is in the tote, else so much less to pick."""
    rows = sorted(found.items())
    execute(
        sql.load(__file__, "short"),
        {"tenant": by.tenant_id, "at": by.at, "ids": [row[0] for row in rows], "found": [row[1] for row in rows]},
    )


class NewTask(NamedTuple):
    """A pick task to write."""

    tour_id: int
    sequence: int
    outbound_id: int
    outbound_line_id: int
    item_id: int
    owner_id: int
    lot_id: int
    location_id: int
    quantity: int


def insert_tasks(by: By, tasks: Sequence[NewTask], *, badge: str | None = None) -> list[int]:
    """Write pick tasks, ready, or started by ``badge``; their ids."""
    ids = new_ids(len(tasks))
    if tasks:
        tours, sequences, outbounds, lines, items, owners, lots, locations, quantities = map(list, zip(*tasks, strict=True))
        execute(
            sql.load(__file__, "insert_tasks"),
            {
                "tenant": by.tenant_id,
                "badge": badge,
                "ids": ids,
                "tours": tours,
                "sequences": sequences,
                "outbounds": outbounds,
                "lines": lines,
                "items": items,
                "owners": owners,
                "lots": lots,
                "locations": locations,
                "quantities": quantities,
            },
        )
    return ids
