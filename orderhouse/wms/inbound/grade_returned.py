"""Judge what came back."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.catalog.queries import items
from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import LineQuantity, ReturnGraded
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.ledger.accounts import PHYSICAL_OUTSIDE, Move, physical
from orderhouse.ledger.lots import lot_ids, lots
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.arrivals import local_day, lot_key, state_of
from orderhouse.wms.inbound.rules import (
    DISPOSITIONS,
    Grade,
    MoreThanReturned,
    WrongKindOfReceipt,
    check_quantity,
    step,
)
from orderhouse.wms.putaway.direct_goods import Goods, direct_goods
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock

__all__ = ["Grade", "grade_returned"]


def grade_returned(*, by: By, receipt_id: int, grades: Sequence[Grade]) -> list[int]:
    """Judge ungraded units; answers the putaway tasks made for what is stock again.

    restock: good at once (on hold if its lot is held, expired past its date), with putaway tasks; refurbish: on hold at the
    dock; quarantine: there; scrap and back_to_supplier: out of the book. Tells ``ReturnGraded``. Raises ``InvalidInput``
    (disposition, quantity), ``NotFound`` (line), ``MoreThanReturned``, ``LotMissing``, ``SerialMissing``, ``InsufficientStock``
    for a lot that did not come back, ``ReceiptStep`` before anything was received.
    """
    for at, grade in enumerate(grades):
        check_quantity(grade.quantity, f"grades[{at}].quantity")
        if grade.disposition not in DISPOSITIONS:
            raise InvalidInput(
                field=f"grades[{at}].disposition",
                reason=f"{grade.disposition!r} is none",
                remedy=f"Use one of {', '.join(DISPOSITIONS)}.",
            )
    with unit_of_work(by.tenant_id):
        receipt = store.lock_receipt(by.tenant_id, receipt_id)
        if receipt.kind != "return":
            raise WrongKindOfReceipt(number=receipt.number, kind=receipt.kind, mend="Only returns are graded.")
        if receipt.state != "counting" or receipt.dock_id is None:
            step(receipt.number, receipt.state, "graded")
        dock = receipt.dock_id or 0
        by_number = {line.line_number: line for line in store.lines_of(by.tenant_id, receipt.id)}
        for grade in grades:
            line = by_number.get(grade.line_number)
            if line is None:
                raise NotFound(kind="return line", code=grade.line_number, field="line_number")
            if grade.quantity > line.ungraded:
                raise MoreThanReturned(line_number=grade.line_number, quantity=grade.quantity, ungraded=line.ungraded)
            line.ungraded -= grade.quantity
            if grade.disposition == "restock":
                line.good += grade.quantity
            else:
                line.damaged += grade.quantity
        known = items(by.tenant_id, {by_number[grade.line_number].item_id for grade in grades})
        keys = [lot_key(known[by_number[g.line_number].item_id], g.quantity, g.lot_number, g.serial_number) for g in grades]
        ids = lot_ids(by=by, wanted=keys)
        found = lots(by.tenant_id, ids.values())
        today = local_day(by, receipt)

        moves, directed, gained = [], [], []
        for grade, key in zip(grades, keys, strict=True):
            line, lot_id = by_number[grade.line_number], ids[key]
            here, single = (receipt.node_id, line.item_id, line.owner_id), known[line.item_id].tracks_serials
            state = state_of(found.get(lot_id), today) if grade.disposition == "restock" else DISPOSITIONS[grade.disposition]
            moves.append(
                Move(
                    physical(*here, "returned_ungraded", dock, lot_id, single),
                    physical(*here, state, 0 if state in PHYSICAL_OUTSIDE else dock, lot_id, single),
                    grade.quantity,
                    "return",
                    receipt.id,
                    line.id,
                )
            )
            if grade.disposition == "restock" and state != "expired":
                directed.append(Goods(line.item_id, line.owner_id, lot_id, grade.quantity, dock, receipt.id))
            if state == "good":
                gained.append(StockChange(line.item_id, line.owner_id, grade.quantity, "returned"))
        store.update_lines(by.tenant_id, {id(line): line for line in (by_number[g.line_number] for g in grades)}.values())
        task_ids = direct_goods(by=by, node_id=receipt.node_id, goods=directed)
        post_movements(by=by, moves=moves)
        facts = {"grades": [[g.line_number, g.quantity, g.disposition] for g in grades]}
        record_events(by=by, events=[Event("receipt", receipt.id, "return-graded", facts)])
        change_node_stock(by=by, node_id=receipt.node_id, changes=gained)
        message = ReturnGraded(
            rma=receipt.number,
            node=receipt.node,
            graded_at=by.at,
            lines=tuple(LineQuantity(g.line_number, g.quantity, g.disposition) for g in grades),
        )
        put(by=by, source="wms", letters=[Letter("oms", receipt.number, message)])
    return task_ids
