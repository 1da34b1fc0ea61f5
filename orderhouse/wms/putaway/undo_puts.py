"""The last thing put away goes back to where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.putaway import store
from orderhouse.wms.putaway.put_away import TAKEN_FROM, Put


class PutStands(Refusal):
    """What was put away cannot be taken back."""

    sentence = "The {quantity} × {sku} stay in {bin}: {why}."
    remedy = "Move what is still free to another bin."


def undo_puts(*, by: By, puts: Sequence[Put]) -> None:
    """Post units of putaway tasks bin to source, and open the tasks again; as :func:`.put_away.put_away` was called.

    Refuses (:class:`PutStands`) units that were allocated or moved since, put-backs (their stock is told free and may be
    promised), and what another badge put. Raises ``NotFound``.
    """
    for at, each in enumerate(puts):
        if each.quantity < 1:
            raise InvalidInput(field=f"puts[{at}].quantity", reason=f"{each.quantity} units are none")
    if not puts:
        return
    with unit_of_work(by.tenant_id):
        tasks = store.lock_tasks(by.tenant_id, [each.task_id for each in puts])
        bins = store.lock_bins(by.tenant_id, [each.location_id for each in puts])
        lying = store.at_places(by.tenant_id, bins, {task.item_id for task in tasks.values()})
        back: dict[int, int] = {}
        moves, events = [], []
        for each in puts:
            task = tasks[each.task_id]
            said: dict[str, Any] = {"quantity": each.quantity, "sku": task.sku, "bin": bins[each.location_id].code}
            back[task.id] = back.get(task.id, 0) + each.quantity
            if task.kind != "putaway":
                raise PutStands(why="they were put back for a cancelled order and are free for others", **said)
            if task.badge != by.actor or task.done < back[task.id]:
                raise PutStands(why=f"badge {task.badge or '?'} put them there", **said)
            here = lying.get((each.location_id, task.item_id, task.owner_id, task.lot_id), {})
            state = next((state for state in TAKEN_FROM["putaway"] if here.get(state, 0) >= each.quantity), None)
            if state is None:
                raise PutStands(why="they are allocated to an order or moved already", **said)
            here[state] -= each.quantity
            key = (task.node_id, task.item_id, task.owner_id)
            source = physical(*key, state, each.location_id, task.lot_id, task.tracks_serials)
            target = physical(*key, state, task.source_place_id, task.lot_id, task.tracks_serials)
            moves.append(Move(source, target, each.quantity, "undo", task.id, task.receipt_id or 0))
            if task.receipt_id is not None:
                events.append(Event("receipt", task.receipt_id, "put-away-undone", said))
        post_movements(by=by, moves=moves)
        ids = sorted(back)
        execute(sql.load(__file__, "undo_puts"), {"tenant": by.tenant_id, "ids": ids, "quantities": [back[task] for task in ids]})
        record_events(by=by, events=events)
