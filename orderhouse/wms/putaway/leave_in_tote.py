"""Goods taken for an order that had been cancelled lie in a tote: they need a put-back like any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound import in_process
from orderhouse.wms.outbound.store import lines_of, lock_outbounds
from orderhouse.wms.putaway import store
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions


class Left(NamedTuple):
    """``quantity`` units of a cancelled pick task lie in a tote, though the book has them in the task's bin."""

    task_id: int
    quantity: int
    tote_id: int


def leave_in_tote(*, by: By, left: Sequence[Left]) -> list[int]:
    """Let the book follow: free units go from bin to tote, and a put-back task brings them back; the tote is not free meanwhile.

    A cancellation frees allocated stock at once, so by now others may have been promised it. Such units stay in the book where
    they were: a ``conflict`` tells the manager, and the answer counts them, entry by entry (0 as a rule), for the picker to lay
    back. The promise is untouched: the node's good stock is the same before and after. Raises ``NotFound``.
    """
    if not left:
        return []
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            "SELECT id, outbound_id FROM wms_pick_task WHERE tenant_id = %s AND id = ANY (%s)",
            (by.tenant_id, [each.task_id for each in left]),
        )
        outbounds = lock_outbounds(by.tenant_id, {outbound_id for _, outbound_id in rows})
        tasks = {task.id: task for task in in_process.tasks_of(by.tenant_id, outbounds)}
        for n, each in enumerate(left):
            whole_quantity(each.quantity, field=f"left[{n}].quantity")
            if each.task_id not in tasks:
                raise NotFound(kind="pick task", code=each.task_id, field="task_id")
        skus = {line.item_id: line.sku for line in lines_of(by.tenant_id, outbounds).values()}
        totes = _carry(by, {each.tote_id: tasks[each.task_id].outbound_id for each in left})
        free = {
            key: states.get("good", 0)
            for key, states in store.at_places(
                by.tenant_id, {tasks[each.task_id].location_id for each in left}, {tasks[each.task_id].item_id for each in left}
            ).items()
        }
        missing, wanted, conflicts, events = [], [], [], []
        for each in left:
            task = tasks[each.task_id]
            key = (task.location_id, task.item_id, task.owner_id, task.lot_id)
            units = min(each.quantity, free.get(key, 0))
            free[key] = free.get(key, 0) - units
            missing.append(each.quantity - units)
            facts = {"sku": skus[task.item_id], "quantity": each.quantity, "tote": totes.get(each.tote_id, "")}
            events.append(Event("release", task.outbound_id, "picked-after-cancel", facts))
            if units:
                wanted.append((outbounds[task.outbound_id].node_id, task, units, each.tote_id))
            if missing[-1]:
                facts |= {"missing": missing[-1], "why": "promised to another order meanwhile", "badge": by.actor}
                conflicts.append((outbounds[task.outbound_id].node_id, Raised("conflict", "pick_task", task.id, facts)))
        post_movements(by=by, moves=_moves(by, wanted))
        record_events(by=by, events=events)
        for node_id, raised in conflicts:
            raise_exceptions(by=by, node_id=node_id, exceptions=[raised])
    return missing


def _moves(by: By, wanted: Sequence[tuple[int, in_process.Task, int, int]]) -> list[Move]:
    """The put-back tasks made, and the movements that bring the book to where the goods are."""
    moves = []
    for node_id in sorted({row[0] for row in wanted}):
        here = [row for row in wanted if row[0] == node_id]
        new = [
            store.NewTask(task.item_id, task.owner_id, task.lot_id, units, tote_id, task.location_id)
            for _, task, units, tote_id in here
        ]
        for (_, task, units, tote_id), task_id in zip(here, store.insert_tasks(by, node_id, "putback", new), strict=True):
            key = (node_id, task.item_id, task.owner_id)
            source = physical(*key, "good", task.location_id, task.lot_id, task.single)
            target = physical(*key, "good", tote_id, task.lot_id, task.single)
            moves.append(Move(source, target, units, "putback", task_id, task.outbound_line_id))
    return moves


def _carry(by: By, totes: dict[int, int]) -> dict[int, str]:
    """Let free totes carry the cancelled orders, until they are empty again; the codes of all."""
    ids = sorted(totes)
    rows = fetch_all(
        "SELECT id, code FROM wms_handling_unit WHERE tenant_id = %s AND id = ANY (%s) ORDER BY id FOR UPDATE",
        (by.tenant_id, ids),
    )
    if len(rows) < len(ids):
        raise NotFound(kind="tote", code=min(set(ids) - {row[0] for row in rows}), field="tote_id")
    execute(
        """UPDATE wms_handling_unit h SET outbound_id = u.outbound_id
           FROM unnest(%(ids)s::bigint[], %(outbounds)s::bigint[]) AS u (id, outbound_id)
           WHERE h.tenant_id = %(tenant)s AND h.id = u.id AND h.outbound_id IS NULL""",
        {"tenant": by.tenant_id, "ids": ids, "outbounds": [totes[tote_id] for tote_id in ids]},
    )
    return dict(rows)
