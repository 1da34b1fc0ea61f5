"""Effects posted through the verbs, a whole batch of scans in as few calls as their order allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderhouse.kernel.actors import By
from orderhouse.wms.counting.count_again import count_again
from orderhouse.wms.counting.count_here import count_here
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.floor import sentences
from orderhouse.wms.floor.flows.effects import (
    CloseReceipt,
    ConfirmPick,
    CountAgain,
    CountBin,
    CountHere,
    Effect,
    LeaveInTote,
    MoveStock,
    PackParcel,
    PutAway,
    Receive,
    ShortPick,
    StartReceipt,
    UndoPick,
    UndoPut,
)
from orderhouse.wms.floor.store import Session
from orderhouse.wms.inbound.close_receipt import close_receipt
from orderhouse.wms.inbound.receive_goods import receive_goods
from orderhouse.wms.inbound.receive_returned import receive_returned
from orderhouse.wms.inbound.rules import Received, Returned
from orderhouse.wms.inbound.start_blind_receipt import start_blind_receipt
from orderhouse.wms.packing.close_parcels import Closing, close_parcels
from orderhouse.wms.packing.open_parcels import open_parcels
from orderhouse.wms.packing.pack_units import PackedUnits, pack_units
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.short_picks import ShortPick as Short
from orderhouse.wms.picking.short_picks import short_picks
from orderhouse.wms.picking.store import lock_outbounds_of
from orderhouse.wms.putaway.leave_in_tote import Left, leave_in_tote
from orderhouse.wms.putaway.move_stock import StockMove, move_stock
from orderhouse.wms.putaway.put_away import Put, put_away
from orderhouse.wms.putaway.undo_picks import PickUndone, undo_picks
from orderhouse.wms.putaway.undo_puts import undo_puts

Notes = list[dict[str, Any] | None]
"""For each effect what its answer should add: a parcel's SSCC, a receipt's number, an ``also`` to say; None for nothing."""


def post(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    """Post what the scans of one flow did, all or nothing; raises the refusal of the verb that says no."""
    return _POST[session.flow](by, session, effects)


def _pick(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    """Picks first, then shortages: a task is never picked again after it was short. An undo comes in its turn. Last what was
    taken for cancelled orders, since its tote may be one that the batch's picks filled. Where several verbs come, all their
    outbounds are locked before, in the order of the house."""
    notes: Notes = [None] * len(effects)
    if len({type(effect) for effect in effects}) > 1:
        tasks = [e.task_id for e in effects if isinstance(e, ConfirmPick | ShortPick | UndoPick | LeaveInTote)]
        lock_outbounds_of(by.tenant_id, tasks)
    for picked, undone in _turns(effects, UndoPick):
        confirm_picks(by=by, picks=[PickDone(*effect) for effect in picked if isinstance(effect, ConfirmPick)])
        if shorts := [Short(*effect) for effect in picked if isinstance(effect, ShortPick)]:
            short_picks(by=by, shorts=shorts)
        undo_picks(by=by, picks=[PickUndone(*effect) for effect in undone if isinstance(effect, UndoPick)])
    left = [(at, effect) for at, effect in enumerate(effects) if isinstance(effect, LeaveInTote)]
    missing = leave_in_tote(by=by, left=[Left(*effect) for _, effect in left])
    for (at, _), units in zip(left, missing, strict=True):
        if units:
            notes[at] = {"missing": units, "also": sentences.STOP_NOT_FREE.format(missing=units)}
    return notes


def _turns(effects: Sequence[Effect], undo: type) -> list[tuple[list[Effect], list[Effect]]]:
    """Effects in turns of doings and undoings, in the order they came."""
    turns: list[tuple[list[Effect], list[Effect]]] = [([], [])]
    for effect in effects:
        if isinstance(effect, undo):
            turns[-1][1].append(effect)
        elif turns[-1][1]:
            turns.append(([effect], []))
        else:
            turns[-1][0].append(effect)
    return turns


def _pack(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    orders = [effect for effect in effects if isinstance(effect, PackParcel)]
    opened = open_parcels(by=by, outbound_ids=[order.outbound_id for order in orders])
    pack_units(
        by=by,
        units=[PackedUnits(p.parcel_id, *units) for order, p in zip(orders, opened, strict=True) for units in order.contents],
    )
    close_parcels(
        by=by,
        parcels=[Closing(p.parcel_id, order.weight_grams, order.carton) for order, p in zip(orders, opened, strict=True)],
    )
    parcels: dict[int, list[dict[str, Any]]] = {}
    for order, p in zip(orders, opened, strict=True):
        parcel = {"parcel": str(p.parcel_id), "sscc": p.sscc, "grams": order.weight_grams, "carton": order.carton}
        parcels.setdefault(order.outbound_id, []).append(parcel)
    return [{"parcel": str(p.parcel_id), "sscc": p.sscc, "parcels": parcels[p.outbound_id]} for p in opened]


def _receive(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    """Receipt by receipt: what came of it in one call, then its closing. The blind receipt a batch starts is known from there on."""
    notes: Notes = []
    goods: dict[int, list[Received]] = {}
    returned: dict[int, list[Returned]] = {}
    blind = 0
    for effect in effects:
        note = None
        if isinstance(effect, StartReceipt):
            started = start_blind_receipt(by=by, node_id=session.node_id)
            blind, note = started.receipt_id, {"receipt": started.number}
        elif isinstance(effect, Receive) and effect.returned:
            came = Returned(effect.line_number, effect.quantity, effect.lot_number, effect.serial_number, effect.scanned)
            returned.setdefault(effect.receipt_id or blind, []).append(came)
        elif isinstance(effect, Receive):
            units = Received(
                effect.item_id,
                effect.quantity,
                effect.condition,
                effect.lot_number,
                effect.serial_number,
                effect.expires_on,
                scanned=effect.scanned,
            )
            goods.setdefault(effect.receipt_id or blind, []).append(units)
        elif isinstance(effect, CloseReceipt):
            receipt_id = effect.receipt_id or blind
            _take_in(by, goods, returned, receipt_id)
            close_receipt(by=by, receipt_id=receipt_id)
        notes.append(note)
    for receipt_id in [*goods, *returned]:
        _take_in(by, goods, returned, receipt_id)
    if session.state.get("receipt") == 0:
        session.state = {**session.state, "receipt": blind}
    return notes


def _take_in(by: By, goods: dict[int, list[Received]], returned: dict[int, list[Returned]], receipt_id: int) -> None:
    if units := goods.pop(receipt_id, None):
        receive_goods(by=by, receipt_id=receipt_id, goods=units)
    if back := returned.pop(receipt_id, None):
        receive_returned(by=by, receipt_id=receipt_id, lines=back)


def _putaway(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    for done, undone in _turns(effects, UndoPut):
        put_away(by=by, puts=[Put(*effect) for effect in done if isinstance(effect, PutAway)])
        undo_puts(by=by, puts=[Put(*effect) for effect in undone if isinstance(effect, UndoPut)])
    return [None] * len(effects)


def _count(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    for done, undone in _turns(effects, CountAgain):
        count_locations(by=by, counts=[Count(*effect) for effect in done if isinstance(effect, CountBin)])
        count_here(by=by, counts=[(*effect,) for effect in done if isinstance(effect, CountHere)])
        count_again(by=by, pairs=[pair for effect in undone if isinstance(effect, CountAgain) for pair in effect.pairs])
    return [None] * len(effects)


def _move(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    """One move after the other: what a batch moved into a bin it may move on from there."""
    for effect in effects:
        if isinstance(effect, MoveStock):
            move_stock(by=by, node_id=session.node_id, moves=[StockMove(*effect)])
    return [None] * len(effects)


def _lookup(by: By, session: Session, effects: Sequence[Effect]) -> Notes:
    return [None] * len(effects)


_POST = {
    "pick": _pick,
    "pack": _pack,
    "receive": _receive,
    "putaway": _putaway,
    "count": _count,
    "move": _move,
    "lookup": _lookup,
}
