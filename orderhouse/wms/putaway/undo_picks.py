"""A picker takes the last pick out of the tote again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_all, fetch_values, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound import in_process
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import lines_of, lock_outbounds, lock_tours, move_units


class PickUndone(NamedTuple):
    """``quantity`` units of a task go from the tote back to where they were picked."""

    task_id: int
    quantity: int
    tote_id: int


class PickStands(Refusal):
    """Something happened since the pick that going back would undo too."""

    sentence = "The {quantity} × {sku} cannot go back: {why}."
    remedy = "Tell the manager, who can cancel or short the order."


def undo_picks(*, by: By, picks: Sequence[PickUndone]) -> None:
    """Post units tote to bin, allocated to their task again, which is open again; a tote left empty is free.

    Only what the same badge picked, on a tour that is not closed, and that lies in that tote still (:class:`PickStands`);
    never for a cancelled order (:class:`OutboundCancelled`: its put-back does that). Constant statements a batch.
    """
    if not picks:
        return
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            "SELECT id, outbound_id, tour_id FROM wms_pick_task WHERE tenant_id = %s AND id = ANY (%s)",
            (by.tenant_id, [pick.task_id for pick in picks]),
        )
        outbounds = lock_outbounds(by.tenant_id, {outbound_id for _, outbound_id, _ in rows})
        lock_tours(by.tenant_id, {tour_id for _, _, tour_id in rows})
        done = set(
            fetch_values(
                "SELECT id FROM wms_tour WHERE tenant_id = %s AND id = ANY (%s) AND state = 'done'",
                (by.tenant_id, [tour_id for _, _, tour_id in rows]),
            )
        )
        closed = {task_id for task_id, _, tour_id in rows if tour_id in done}
        tasks = {task.id: task for task in in_process.tasks_of(by.tenant_id, outbounds)}
        skus = {line.item_id: line.sku for line in lines_of(by.tenant_id, outbounds).values()}
        held = {(u.place_id, u.item_id, u.lot_id): u.quantity for u in in_process.units_in_hand(by.tenant_id, outbounds)}
        moves, events = [], []
        deltas: dict[int, Counts] = {}
        for n, pick in enumerate(picks):
            whole_quantity(pick.quantity, field=f"picks[{n}].quantity")
            task = tasks.get(pick.task_id)
            if task is None:
                raise NotFound(kind="pick task", code=pick.task_id, field="task_id")
            outbound, said = outbounds[task.outbound_id], _said(pick.quantity, skus[task.item_id])
            if outbound.cancel_wanted or outbound.state == "cancelled":
                raise OutboundCancelled(order=outbound.order_number, release=outbound.release_number)
            if task.badge != by.actor:
                raise PickStands(why=f"badge {task.badge or '?'} has this pick", **said)
            if task.id in closed or task.state not in ("started", "picked"):
                raise PickStands(why="its tour is closed" if task.id in closed else f"the pick is {task.state}", **said)
            in_tote = held.get((pick.tote_id, task.item_id, task.lot_id), 0)
            if min(in_tote, task.picked) < pick.quantity:
                raise PickStands(why="they are not in that tote any more", **said)
            held[pick.tote_id, task.item_id, task.lot_id] = in_tote - pick.quantity
            key = (outbound.node_id, task.item_id, task.owner_id)
            source = physical(*key, "picked", pick.tote_id, task.lot_id, task.single)
            target = physical(*key, "allocated", task.location_id, task.lot_id, task.single)
            moves.append(Move(source, target, pick.quantity, "undo", task.id, task.outbound_line_id))
            before = deltas.get(task.outbound_line_id, Counts())
            deltas[task.outbound_line_id] = Counts(
                allocated=before.allocated + pick.quantity, picked=before.picked - pick.quantity
            )
            events.append(Event("release", outbound.id, "pick-undone", said))
        post_movements(by=by, moves=moves)
        undone = sorted((pick.task_id, pick.quantity) for pick in picks)
        execute(
            sql.load(__file__, "undo_picks"),
            {"tenant": by.tenant_id, "ids": [row[0] for row in undone], "units": [row[1] for row in undone]},
        )
        move_units(by.tenant_id, deltas)
        in_process.free_totes(by, outbounds)
        record_events(by=by, events=events)
        derive_outbounds(by=by, outbound_ids=outbounds)


def _said(quantity: int, sku: str) -> dict[str, Any]:
    return {"quantity": quantity, "sku": sku}
