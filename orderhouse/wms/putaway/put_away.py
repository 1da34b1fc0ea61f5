"""Goods come to their bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import LineQuantity, ReleaseCancelled
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound import store as outbounds
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.putaway import store

TAKEN_FROM = {"putaway": ("good", "hold", "expired"), "putback": ("picked", "packed")}
"""States goods may stand in where a task takes them from. What was held or has expired meanwhile stays so in its bin."""


class Placing(NamedTuple):
    """Units of an item that are to lie in a bin of a node; ``weight_grams`` of one unit, 0 where unknown."""

    node_id: int
    location_id: int
    sku: str
    weight_grams: int
    quantity: int


class Put(NamedTuple):
    """``quantity`` units of a task into the bin ``location_id``: the one suggested, or another the operator chose."""

    task_id: int
    location_id: int
    quantity: int


class TaskIsClosed(Refusal):
    """The task was done or called off before."""

    sentence = "This putaway of {sku} is {state} already{by_whom}."
    remedy = "Leave the goods to whoever did it, or take the next task."


class MoreThanTheTask(Refusal):
    """More units than the task has left."""

    sentence = "{quantity} units of {sku} were put away, but only {left} are left to do."
    remedy = "Count again and confirm at most {left}."


class NoSuchBin(Refusal):
    """Goods are put into open bins of the building they stand in, nowhere else."""

    sentence = "{code} is {what}."
    remedy = "Scan an open bin of this building."


class BinIsFull(Refusal):
    """A bin's capacity in units or grams would be exceeded."""

    sentence = "Bin {code} has room for {room} more units of {sku}, not {quantity}."
    remedy = "Put {room} here and the rest elsewhere, or scan a bin with more room."


def put_away(*, by: By, puts: Sequence[Put]) -> None:
    """Move goods from dock, tote or parcel to bins; a task may be put in several goes and several bins.

    The bin need not be the one suggested: it must be open, in the building, and keep its capacity. A put-back's units are
    pickable again and cancelled on their line, and the OMS is told (``ReleaseCancelled``). Constant statements a batch.
    Raises ``NotFound``, :class:`TaskIsClosed` naming who did it, :class:`MoreThanTheTask`, :class:`NoSuchBin`,
    :class:`BinIsFull`; nothing is put then.
    """
    for at, each in enumerate(puts):
        if each.quantity < 1:
            raise InvalidInput(field=f"puts[{at}].quantity", reason=f"{each.quantity} units are none")
    if not puts:
        return
    with unit_of_work(by.tenant_id):
        outbound_ids = store.outbounds_of_tasks(by.tenant_id, [each.task_id for each in puts])
        held = outbounds.lock_outbounds(by.tenant_id, outbound_ids) if outbound_ids else {}
        tasks = store.lock_tasks(by.tenant_id, [each.task_id for each in puts])
        done = _checked(puts, tasks)
        check_room(by.tenant_id, [_placing(each, tasks[each.task_id]) for each in puts])
        post_movements(by=by, moves=_moves(by.tenant_id, puts, tasks))
        store.finish_tasks(by, done)
        record_events(by=by, events=_events(puts, tasks))
        if strays := [
            task.source_place_id for task in tasks.values() if task.kind == "putback" and task.outbound_line_id is None
        ]:
            store.free_totes(by.tenant_id, strays)
        back = {task_id: units for task_id, units in done.items() if tasks[task_id].outbound_line_id is not None}
        if back:
            _settle(by, held, tasks, back)


def _checked(puts: Sequence[Put], tasks: Mapping[int, store.Task]) -> dict[int, int]:
    """Units put by task, none of them closed or overdone."""
    done: dict[int, int] = {}
    for each in puts:
        task = tasks[each.task_id]
        if task.state != "ready":
            by_whom = f" (by {task.badge})" if task.badge else ""
            raise TaskIsClosed(sku=task.sku, state=task.state, by_whom=by_whom, badge=task.badge, task_id=task.id)
        left = task.quantity - task.done - done.get(task.id, 0)
        if each.quantity > left:
            raise MoreThanTheTask(sku=task.sku, quantity=each.quantity, left=left, task_id=task.id, field="quantity")
        done[task.id] = done.get(task.id, 0) + each.quantity
    return done


def _placing(each: Put, task: store.Task) -> Placing:
    return Placing(task.node_id, each.location_id, task.sku, task.weight_grams, each.quantity)


def check_room(tenant_id: int, placings: Sequence[Placing]) -> None:
    """Lock the bins, and refuse (:class:`NoSuchBin`, :class:`BinIsFull`) what may not lie there."""
    bins = store.lock_bins(tenant_id, (each.location_id for each in placings))
    inside = store.contents(tenant_id, bins)
    for each in placings:
        bin_ = bins[each.location_id]
        if bin_.kind != "bin":
            raise NoSuchBin(code=bin_.code, what=f"a {bin_.kind.replace('_', ' ')}, not a bin", field="location_id")
        if not bin_.active:
            raise NoSuchBin(code=bin_.code, what="out of use", field="location_id")
        if bin_.node_id != each.node_id:
            raise NoSuchBin(code=bin_.code, what="in another building", field="location_id")
        units, grams = inside.get(bin_.id, (0, 0))
        room = each.quantity
        if bin_.capacity_units is not None:
            room = min(room, bin_.capacity_units - units)
        if bin_.capacity_grams is not None and each.weight_grams:
            room = min(room, (bin_.capacity_grams - grams) // each.weight_grams)
        if room < each.quantity:
            raise BinIsFull(code=bin_.code, room=max(0, room), quantity=each.quantity, sku=each.sku, field="location_id")
        inside[bin_.id] = (units + each.quantity, grams + each.quantity * each.weight_grams)


def _moves(tenant_id: int, puts: Sequence[Put], tasks: Mapping[int, store.Task]) -> list[Move]:
    standing = store.at_source(tenant_id, tasks.values())
    moves = []
    for each in puts:
        task = tasks[each.task_id]
        at = standing.setdefault((task.source_place_id, task.item_id, task.owner_id, task.lot_id), {})
        left = each.quantity
        in_hand = task.outbound_line_id is not None  # else it is stock as good as any other, wherever it stands
        states = TAKEN_FROM["putback" if in_hand else "putaway"]
        for state in states:
            last = state == states[-1]
            taken = left if last else min(left, at.get(state, 0))
            if taken:
                at[state] = at.get(state, 0) - taken
                left -= taken
                key = (task.node_id, task.item_id, task.owner_id)
                moves.append(
                    Move(
                        physical(*key, state, task.source_place_id, task.lot_id, task.tracks_serials),
                        physical(
                            *key,
                            "good" if in_hand else state,
                            each.location_id,
                            task.lot_id,
                            task.tracks_serials,
                        ),
                        taken,
                        task.kind,
                        task.id,
                        task.outbound_line_id or task.receipt_id or 0,
                    )
                )
    return moves


def _events(puts: Sequence[Put], tasks: Mapping[int, store.Task]) -> list[Event]:
    """One event a receipt: what was put where, and which goods went elsewhere than suggested."""
    stories: dict[int, list[dict[str, object]]] = {}
    for each in puts:
        task = tasks[each.task_id]
        if task.receipt_id is not None:
            fact: dict[str, object] = {"sku": task.sku, "quantity": each.quantity, "location_id": each.location_id}
            if each.location_id != task.location_id:
                fact["suggested_location_id"] = task.location_id
            stories.setdefault(task.receipt_id, []).append(fact)
    return [Event("receipt", receipt_id, "goods-put-away", {"puts": facts}) for receipt_id, facts in sorted(stories.items())]


def _settle(by: By, held: Mapping[int, outbounds.Outbound], tasks: Mapping[int, store.Task], back: Mapping[int, int]) -> None:
    """Put-back units are cancelled on their lines; totes left empty are free, and the OMS may promise the units again."""
    units: dict[int, int] = {}
    for task_id, put_back in back.items():
        line_id = tasks[task_id].outbound_line_id
        assert line_id is not None
        units[line_id] = units.get(line_id, 0) + put_back
    outbounds.move_units(by.tenant_id, {line: Counts(putting_back=-q, cancelled=q) for line, q in units.items()})
    store.free_totes(by.tenant_id, (tasks[task_id].source_place_id for task_id in back))
    derive_outbounds(by=by, outbound_ids=held)
    told: dict[int, list[LineQuantity]] = {}
    for line in outbounds.lines_of(by.tenant_id, held).values():
        if quantity := units.get(line.id):
            told.setdefault(line.outbound_id, []).append(LineQuantity(line.line_number, quantity, "put-back"))
    record_events(
        by=by,
        events=[
            Event("release", outbound_id, "goods-put-back", {"lines": [[line.line_number, line.quantity] for line in lines]})
            for outbound_id, lines in sorted(told.items())
        ],
    )
    put(
        by=by,
        source="wms",
        letters=[
            Letter(
                "oms", outbound.release_number, ReleaseCancelled(outbound.release_number, outbound.node, tuple(told[outbound.id]))
            )
            for outbound in held.values()
            if outbound.id in told
        ],
    )
