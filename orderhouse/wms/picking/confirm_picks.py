"""Units from bin to tote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import finish_tours, move_units
from orderhouse.wms.picking import store
from orderhouse.wms.picking.rules import refuse_pick


class PickDone(NamedTuple):
    """``quantity`` units of a task lie in a tote now."""

    task_id: int
    quantity: int
    tote_id: int


def confirm_picks(*, by: By, picks: Sequence[PickDone]) -> None:
    """Post picked units bin to tote, all of the batch or none; a tote not assigned yet carries the order from here on.

    Refuses a task of somebody else (:class:`TaskTaken` says whose), a finished one, more than it asks, a tote that carries
    another order, and, first of all, any task of a cancelled order (:class:`OutboundCancelled`: the scanner says stop).
    """
    if not picks:
        return
    with unit_of_work(by.tenant_id):
        outbounds, tasks = store.lock_tasks(by.tenant_id, [pick.task_id for pick in picks])
        units: dict[int, tuple[int, int]] = {}
        for n, pick in enumerate(picks):
            whole_quantity(pick.quantity, field=f"picks[{n}].quantity")
            units[pick.task_id] = (units.get(pick.task_id, (0, 0))[0] + pick.quantity, pick.tote_id)
        for task_id, (quantity, _) in units.items():
            if refusal := refuse_pick(tasks[task_id], by.actor, quantity):
                raise refusal
        store.claim_totes(by, outbounds, [(pick.tote_id, tasks[pick.task_id].outbound_id) for pick in picks])
        moves = []
        deltas: dict[int, Counts] = {}
        for pick in picks:
            task = tasks[pick.task_id]
            key = (task.node_id, task.item_id, task.owner_id)
            source = physical(*key, "allocated", task.location_id, task.lot_id, task.single)
            target = physical(*key, "picked", pick.tote_id, task.lot_id, task.single)
            moves.append(Move(source, target, pick.quantity, "pick_task", task.id, task.outbound_line_id))
            so_far = deltas.get(task.outbound_line_id, Counts())
            deltas[task.outbound_line_id] = Counts(
                allocated=so_far.allocated - pick.quantity, picked=so_far.picked + pick.quantity
            )
        post_movements(by=by, moves=moves)
        store.pick(by, units)
        move_units(by.tenant_id, deltas)
        finish_tours(by, {tasks[task_id].tour_id for task_id in units})
        derive_outbounds(by=by, outbound_ids=outbounds, locked=outbounds)
