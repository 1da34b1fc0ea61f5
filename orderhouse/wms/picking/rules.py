"""What a picker may do with a task: pure."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.kernel.errors import Refusal
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.picking.refusals import PickDone as PickIsDone
from orderhouse.wms.picking.refusals import PickedTooMany, ShortTooMany, TaskNotStarted, TaskTaken

NEXT: dict[str, tuple[str, ...]] = {
    "ready": ("started", "cancelled"),
    "started": ("picked", "short", "cancelled"),
    "picked": (),
    "short": (),
    "cancelled": (),
}
"""Where a pick task may go from each state."""


@dataclass(frozen=True, slots=True)
class TaskInHand:
    """A pick task as a picker meets it: what, where, for which order, and who has it."""

    id: int
    tour_id: int
    tour: str
    outbound_id: int
    release_number: str
    order_number: str
    cancel_wanted: bool
    outbound_line_id: int
    item_id: int
    owner_id: int
    sku: str
    lot_id: int
    single: bool
    node_id: int
    location_id: int
    location: str
    sequence: int
    quantity: int
    picked: int
    state: str
    badge: str | None


def refuse_task(task: TaskInHand, badge: str) -> Refusal | None:
    """Why this picker may not work on this task now, or None."""
    where = {"sku": task.sku, "location": task.location}
    if task.cancel_wanted or task.state == "cancelled":
        return OutboundCancelled(order=task.order_number, release=task.release_number)
    if task.badge is not None and task.badge != badge:
        return TaskTaken(badge=task.badge, state=task.state, **where)
    if task.state in ("picked", "short"):
        return PickIsDone(state=task.state, **where)
    if task.state == "ready":
        return TaskNotStarted(tour=task.tour, **where)
    return None


def refuse_pick(task: TaskInHand, badge: str, quantity: int) -> Refusal | None:
    """Why this many units cannot be confirmed, or None."""
    open_units = task.quantity - task.picked
    if refusal := refuse_task(task, badge):
        return refusal
    if quantity > open_units:
        return PickedTooMany(quantity=quantity, open=open_units, over=quantity - open_units, sku=task.sku, location=task.location)
    return None


def refuse_short(task: TaskInHand, badge: str, found: int) -> Refusal | None:
    """Why this shortage cannot be taken, or None. ``found`` counts what is in the tote already."""
    if refusal := refuse_task(task, badge):
        return refusal
    if not task.picked <= found < task.quantity:
        return ShortTooMany(found=found, quantity=task.quantity, picked=task.picked, sku=task.sku, location=task.location)
    return None
