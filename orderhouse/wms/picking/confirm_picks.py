"""Units from bin to tote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from orderhouse.database import unit_of_work
from orderhouse.database.statements import Part, run_together
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import Outbound, finish_tours, moving
from orderhouse.wms.picking import store
from orderhouse.wms.picking.rules import TaskInHand, refuse_pick


class PickDone(NamedTuple):
    """``quantity`` units of a task lie in a tote now."""

    task_id: int
    quantity: int
    tote_id: int


class Picked(NamedTuple):
    """Picks that stand or fall together, each in the name of who did it."""

    picks: Sequence[tuple[By, PickDone]]


def confirm_picks(*, by: By, picks: Sequence[PickDone]) -> None:
    """Post picked units bin to tote, all of the batch or none; a tote not assigned yet carries the order from here on.

    Refuses a task of somebody else (:class:`TaskTaken` says whose), a finished one, more than it asks, a tote that carries
    another order, and, first of all, any task of a cancelled order (:class:`OutboundCancelled`: the scanner says stop).
    """
    if not picks:
        return
    with unit_of_work(by.tenant_id):
        plan = plan_picks(by.tenant_id, [Picked([(by, pick) for pick in picks])])
        if plan.refusals[0]:
            raise plan.refusals[0]
        plan.post()


@dataclass(frozen=True, slots=True)
class Plan:
    """Picks decided under their locks. ``refusals``: why each :class:`Picked` cannot be done, None where it can; :meth:`post` does those."""

    refusals: Sequence[Refusal | None]
    _tenant_id: int
    _outbounds: Mapping[int, Outbound] = field(default_factory=dict)
    _tasks: Mapping[int, TaskInHand] = field(default_factory=dict)
    _totes: Mapping[int, store.Tote] = field(default_factory=dict)
    _done: Sequence[tuple[By, PickDone]] = ()

    def post(self, also: Mapping[str, Part] | None = None) -> None:
        """Write what is not refused in one statement, with ``also``, the caller's own parts of it, and close what is finished by it.
        Raises ``InsufficientStock`` where the book has less in a bin than its tasks, and then the caller's work must not stand."""
        also = also or {}
        if not self._done:
            if also:
                run_together(also)
            return
        moves: list[tuple[By, Move]] = []
        deltas: dict[int, Counts] = {}
        units: dict[int, store.TaskPicked] = {}
        for by, pick in self._done:
            task = self._tasks[pick.task_id]
            key = (task.node_id, task.item_id, task.owner_id)
            source = physical(*key, "allocated", task.location_id, task.lot_id, task.single)
            target = physical(*key, "picked", pick.tote_id, task.lot_id, task.single)
            moves.append((by, Move(source, target, pick.quantity, "pick_task", task.id, task.outbound_line_id)))
            so_far = deltas.get(task.outbound_line_id, Counts())
            deltas[task.outbound_line_id] = Counts(
                allocated=so_far.allocated - pick.quantity, picked=so_far.picked + pick.quantity
            )
            before = units[task.id].units if task.id in units else 0
            units[task.id] = store.TaskPicked(by, before + pick.quantity, pick.tote_id)
        outbounds_left, tasks_left = store.left_to_do(
            self._tenant_id, {self._tasks[each].outbound_id for each in units}, {self._tasks[each].tour_id for each in units}
        )
        posting = post(tenant_id=self._tenant_id, moves=moves)
        parts = {**posting.parts, "picked": store.picking(self._tenant_id, units), "counted": moving(self._tenant_id, deltas)}
        if part := store.carrying(
            self._tenant_id, self._totes, {p.tote_id: self._tasks[p.task_id].outbound_id for _, p in self._done}
        ):
            parts["carried"] = part
        posting.settle(run_together(parts | dict(also)))
        self._close(units, outbounds_left, tasks_left)

    def _close(self, units: Mapping[int, store.TaskPicked], outbounds_left: dict[int, int], tasks_left: dict[int, int]) -> None:
        """End the tours whose last task is done, and derive the outbounds whose state changes, each in the name of who came last."""
        tours: dict[int, By] = {}
        outbounds: dict[int, By] = {}
        for task_id, done in sorted(units.items()):
            task = self._tasks[task_id]
            tours[task.tour_id] = outbounds[task.outbound_id] = done.by
            outbounds_left[task.outbound_id] -= done.units
            tasks_left[task.tour_id] -= task.picked + done.units == task.quantity
        ended = [each for each in tours if not tasks_left[each]]
        if ended:
            finish_tours(max((tours[each] for each in ended), key=lambda by: by.at), ended)
        moved = [each for each in outbounds if not outbounds_left[each] or self._outbounds[each].state != "picking"]
        if moved:
            derive_outbounds(by=outbounds[moved[0]], outbound_ids=moved, locked=self._outbounds, whose=outbounds)


def plan_picks(tenant_id: int, wanted: Sequence[Picked]) -> Plan:
    """Lock what these picks touch, each kind in id order over all of them, and decide: whoever comes first in ``wanted`` has the task
    and the tote. Inside a unit of work; raises ``NotFound`` for a task that does not exist. Three statements."""
    every = [pick for picked in wanted for _, pick in picked.picks]
    if not every:
        return Plan([None] * len(wanted), tenant_id)
    for n, pick in enumerate(every):
        whole_quantity(pick.quantity, field=f"picks[{n}].quantity")
    outbounds, tasks = store.lock_tasks(tenant_id, [pick.task_id for pick in every])
    totes = store.lock_totes(tenant_id, [pick.tote_id for pick in every])
    carries: dict[int, int] = {}
    so_far: dict[int, int] = {}
    refusals: list[Refusal | None] = []
    done: list[tuple[By, PickDone]] = []
    for picked in wanted:
        units = dict(so_far)
        own: dict[int, tuple[By, int]] = {}
        for by, pick in picked.picks:
            own[pick.task_id] = (by, own.get(pick.task_id, (by, 0))[1] + pick.quantity)
        refusal: Refusal | None = None
        for task_id, (by, quantity) in own.items():
            before = units.get(task_id, 0)
            task = replace(tasks[task_id], picked=tasks[task_id].picked + before) if before else tasks[task_id]
            refusal = refusal or refuse_pick(task, by.actor, quantity)
            units[task_id] = before + quantity
        claimed = dict(carries)
        for tote_id, outbound_id in sorted({(pick.tote_id, tasks[pick.task_id].outbound_id) for _, pick in picked.picks}):
            refusal = refusal or store.refuse_tote(totes, claimed, tote_id, outbounds[outbound_id])
            claimed[tote_id] = outbound_id
        refusals.append(refusal)
        if refusal is None:
            carries, so_far = claimed, units
            done += picked.picks
    return Plan(refusals, tenant_id, outbounds, tasks, totes, done)
