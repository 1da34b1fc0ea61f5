"""Stop a lot, or let it go again."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.ledger.accounts import Move
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound import store as outbounds
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.stock import store
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock


class LotIsMoving(Refusal):
    """The lot was allocated to another order while it was being held."""

    sentence = "The lot is being allocated at this moment."
    remedy = "Try again."


def set_lot_hold(*, by: By, lot_ids: Sequence[int], held: bool, reason: str = "") -> int:
    """Hold lots, or free held ones, in every node; answers the units that changed.

    Held: what lies free goes from good to hold where it lies, open pick tasks on the lot are called off and their lines wait
    for other stock, and every node tells the loss. Units already in a tote or parcel stay with their order. Freed: all of
    the lot's units on hold are good again. Lots that are so already are left alone. Raises :class:`LotIsMoving`.
    """
    with unit_of_work(by.tenant_id):
        free, kept = ("good", "hold") if held else ("hold", "good")
        on_tasks = {row.outbound_id for row in store.lots_in_bins(by.tenant_id, lot_ids, free) if row.task_id} if held else set()
        if on_tasks:
            outbounds.lock_outbounds(by.tenant_id, on_tasks)
        changed = store.mark_lots(by.tenant_id, lot_ids, held=held)
        if not changed:
            return 0
        lying = [row for row in store.lots_in_bins(by.tenant_id, changed, free) if held or not row.task_id]
        if {row.outbound_id for row in lying if row.task_id} - on_tasks:
            raise LotIsMoving()
        _let_go(by, [row for row in lying if row.task_id])
        post_movements(
            by=by,
            moves=[Move(row.account(row.state), row.account(kept), row.quantity, "lot", row.lot_id) for row in lying],
        )
        name = "lot-held" if held else "lot-freed"
        record_events(
            by=by,
            events=[
                Event(
                    "item",
                    row.item_id,
                    name,
                    {"lot_id": row.lot_id, "place_id": row.place_id, "quantity": row.quantity, "reason": reason},
                )
                for row in lying
            ],
        )
        for node_id in sorted({row.node_id for row in lying}):
            change_node_stock(
                by=by,
                node_id=node_id,
                changes=[
                    StockChange(row.item_id, row.owner_id, -row.quantity if held else row.quantity, "held" if held else "freed")
                    for row in lying
                    if row.node_id == node_id
                ],
            )
    return sum(row.quantity for row in lying)


def _let_go(by: By, tasks: Sequence[store.Lying]) -> None:
    """Call off pick tasks: their lines wait again, and are looked for at the next wave."""
    if not tasks:
        return
    outbounds.lock_tours(by.tenant_id, {task.tour_id for task in tasks})
    store.let_go_of_tasks(by, [task.task_id for task in tasks])
    back: dict[int, int] = {}
    for task in tasks:
        back[task.outbound_line_id] = back.get(task.outbound_line_id, 0) + task.quantity
    outbounds.move_units(by.tenant_id, {line: Counts(waiting=units, allocated=-units) for line, units in back.items()})
    outbounds.finish_tours(by, {task.tour_id for task in tasks})
    derive_outbounds(by=by, outbound_ids={task.outbound_id for task in tasks})
