"""Pick tasks, tours and totes: locks and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.outbound.store import Outbound
from orderhouse.wms.picking.refusals import WrongTote
from orderhouse.wms.picking.rules import TaskInHand


def lock_tasks(tenant_id: int, task_ids: Sequence[int]) -> tuple[dict[int, Outbound], dict[int, TaskInHand]]:
    """The tasks, with their outbounds locked (which locks the tasks, ADR on lock order); refuses an unknown id."""
    found = fetch_all(sql.load(__file__, "lock_outbounds_of"), {"tenant": tenant_id, "tasks": list(task_ids)}, of=Outbound)
    outbounds = {outbound.id: outbound for outbound in found}
    tasks = {t.id: t for t in fetch_all(sql.load(__file__, "tasks"), {"tenant": tenant_id, "ids": list(task_ids)}, of=TaskInHand)}
    for task_id in task_ids:
        if task_id not in tasks:
            raise NotFound(kind="pick task", code=task_id, field="task_id")
    return outbounds, tasks


@dataclass(frozen=True, slots=True)
class Tote:
    """A tote as its lock found it. ``stale`` when the order it last carried is closed and it holds none of its units."""

    id: int
    node_id: int
    code: str
    kind: str
    outbound_id: int | None
    stale: bool


def claim_totes(by: By, outbounds: Mapping[int, Outbound], wanted: Iterable[tuple[int, int]]) -> None:
    """Let totes carry orders, as (tote id, outbound id); refuses one that carries another order, is none, or is elsewhere."""
    pairs = sorted(set(wanted))
    ids = [tote_id for tote_id, _ in pairs]
    totes = {
        t.id: t for t in fetch_all(sql.load(__file__, "lock_totes"), {"tenant": by.tenant_id, "ids": sorted(set(ids))}, of=Tote)
    }
    carries: dict[int, int] = {}
    for tote_id, outbound_id in pairs:
        outbound = outbounds[outbound_id]
        tote = totes.get(tote_id)
        if tote is None:
            raise NotFound(kind="tote", code=tote_id, field="tote_id")
        why = ""
        if tote.kind != "tote":
            why = f"it is a {tote.kind}"
        elif tote.node_id != outbound.node_id:
            why = "it belongs to another node"
        elif carries.get(tote_id, outbound_id) != outbound_id or (tote.outbound_id not in (None, outbound_id) and not tote.stale):
            why = "it carries another order"
        if why:
            raise WrongTote(tote=tote.code, order=outbound.order_number, why=why)
        carries[tote_id] = outbound_id
    fresh = sorted(
        (tote_id, outbound_id) for tote_id, outbound_id in carries.items() if totes[tote_id].outbound_id != outbound_id
    )
    if fresh:
        execute(
            """UPDATE wms_handling_unit h SET outbound_id = u.outbound_id
               FROM unnest(%(ids)s::bigint[], %(outbounds)s::bigint[]) AS u (id, outbound_id)
               WHERE h.tenant_id = %(tenant)s AND h.id = u.id""",
            {"tenant": by.tenant_id, "ids": [i for i, _ in fresh], "outbounds": [o for _, o in fresh]},
        )


def pick(by: By, picks: Mapping[int, tuple[int, int]]) -> None:
    """Add picked units to tasks, as task id to (units, tote id); a task picked in full is done."""
    rows = sorted((task_id, units, tote_id) for task_id, (units, tote_id) in picks.items())
    execute(
        sql.load(__file__, "pick"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "badge": by.actor,
            "ids": [row[0] for row in rows],
            "units": [row[1] for row in rows],
            "totes": [row[2] for row in rows],
        },
    )


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
