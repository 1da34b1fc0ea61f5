"""A customer's goods are back."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.catalog.queries import items
from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import LineQuantity, ReturnReceived
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.arrivals import admit_lots, begin_counting, lot_key, unknown_goods
from orderhouse.wms.inbound.rules import Returned, WrongKindOfReceipt, check_quantity
from orderhouse.wms.stock.raise_exceptions import raise_exceptions

__all__ = ["Returned", "receive_returned"]


def receive_returned(*, by: By, receipt_id: int, lines: Sequence[Returned], dock_id: int | None = None) -> None:
    """Take returned units onto the dock, ungraded: they are nobody's stock until ``grade_returned``. Tells ``ReturnReceived``.

    What is not part of the return is kept as an exception and posted nowhere. Raises ``InvalidInput``, ``LotMissing``,
    ``SerialMissing``, ``SerialTwice``, ``NotFound`` (line), ``ReceiptStep``, ``WrongKindOfReceipt``.
    """
    for at, entry in enumerate(lines):
        check_quantity(entry.quantity, f"lines[{at}].quantity")
    with unit_of_work(by.tenant_id):
        receipt = store.lock_receipt(by.tenant_id, receipt_id)
        if receipt.kind != "return":
            raise WrongKindOfReceipt(number=receipt.number, kind=receipt.kind, mend="Receive it as goods.")
        dock, events = begin_counting(by, receipt, dock_id)
        by_number = {line.line_number: line for line in store.lines_of(by.tenant_id, receipt.id)}
        strange = [entry for entry in lines if entry.line_number is None]
        coming = [(entry, entry.line_number) for entry in lines if entry.line_number is not None]
        for _, number in coming:
            if number not in by_number:
                raise NotFound(kind="return line", code=number, field="line_number")
        known = items(by.tenant_id, {by_number[number].item_id for _, number in coming})
        keys = [lot_key(known[by_number[n].item_id], e.quantity, e.lot_number, e.serial_number) for e, n in coming]
        ids, _ = admit_lots(by, keys, known)
        moves, told = [], dict.fromkeys((number for _, number in coming), 0)
        for (entry, number), key in zip(coming, keys, strict=True):
            line = by_number[number]
            line.ungraded += entry.quantity
            told[number] += entry.quantity
            here, single = (receipt.node_id, line.item_id, line.owner_id), known[line.item_id].tracks_serials
            moves.append(
                Move(
                    physical(*here, "customer", 0, ids[key], single),
                    physical(*here, "returned_ungraded", dock, ids[key], single),
                    entry.quantity,
                    "return",
                    receipt.id,
                    line.id,
                )
            )
        store.update_lines(by.tenant_id, [by_number[number] for number in told])
        post_movements(by=by, moves=moves)
        raise_exceptions(
            by=by, node_id=receipt.node_id, exceptions=unknown_goods(receipt, [(e.scanned, e.quantity) for e in strange])
        )
        facts = {"units": sum(told.values()), "unknown": sum(e.quantity for e in strange), "dock_id": dock}
        record_events(by=by, events=[*events, Event("receipt", receipt.id, "return-received", facts)])
        if told:
            message = ReturnReceived(
                rma=receipt.number,
                node=receipt.node,
                received_at=by.at,
                lines=tuple(LineQuantity(number, units) for number, units in sorted(told.items())),
            )
            put(by=by, source="wms", letters=[Letter("oms", receipt.number, message)])
