"""Goods come off the truck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.catalog.queries import items
from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.arrivals import admit_lots, begin_counting, local_day, lot_key, state_of, unknown_goods
from orderhouse.wms.inbound.rules import Received, WrongKindOfReceipt, check_quantity, match_lines
from orderhouse.wms.putaway.direct_goods import Goods, direct_goods
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock
from orderhouse.wms.stock.raise_exceptions import raise_exceptions

__all__ = ["Received", "ReceivedGoods", "receive_goods"]


class ReceivedGoods(NamedTuple):
    """What a batch did: units good and damaged, unknown ones kept aside, and the putaway tasks made."""

    good: int
    damaged: int
    unknown: int
    task_ids: list[int]


def receive_goods(*, by: By, receipt_id: int, goods: Sequence[Received], dock_id: int | None = None) -> ReceivedGoods:
    """Receive goods onto the receipt's dock (``dock_id``, or the node's first, if it has none yet).

    Good units count as the node's stock at once and get putaway tasks with suggested bins; those of a held lot stand on hold,
    damaged ones as damaged; a lot past its date is received as expired and counts as damaged. More than expected, or an item
    not expected, is taken and becomes an exception when the receipt closes; what the catalog does not know is kept as an
    exception and posted nowhere. Lot and serial are kept for items that track them and otherwise left out. Constant
    statements a batch. Raises ``InvalidInput`` (quantity, condition), ``LotMissing``, ``SerialMissing``, ``SerialTwice``,
    ``ExpiryDiffers``, ``NotFound``, ``ReceiptStep``, ``WrongKindOfReceipt``; nothing is received then.
    """
    for at, entry in enumerate(goods):
        check_quantity(entry.quantity, f"goods[{at}].quantity")
        if entry.condition not in ("good", "damaged"):
            raise InvalidInput(field=f"goods[{at}].condition", reason=f"{entry.condition!r} is neither good nor damaged")
    with unit_of_work(by.tenant_id):
        receipt = store.lock_receipt(by.tenant_id, receipt_id)
        if receipt.kind == "return":
            raise WrongKindOfReceipt(number=receipt.number, kind="return", mend="Receive it as a return, unit by unit.")
        dock, events = begin_counting(by, receipt, dock_id)
        strange = [entry for entry in goods if entry.item_id is None]
        coming = [entry for entry in goods if entry.item_id is not None]
        known = items(by.tenant_id, {entry.item_id for entry in coming if entry.item_id is not None})
        for entry in coming:
            if entry.item_id not in known:
                raise NotFound(kind="item", code=entry.item_id, field="item_id")
        keys = [
            lot_key(known[e.item_id], e.quantity, e.lot_number, e.serial_number, e.expires_on)
            for e in coming
            if e.item_id is not None
        ]
        ids, lots = admit_lots(by, keys, known)
        today = local_day(by, receipt)
        states = [
            "damaged" if entry.condition == "damaged" else state_of(lots.get(ids[key]), today)
            for entry, key in zip(coming, keys, strict=True)
        ]
        judged = [
            entry._replace(condition="good" if state in ("good", "hold") else "damaged")
            for entry, state in zip(coming, states, strict=True)
        ]
        lines = match_lines(judged, store.lines_of(by.tenant_id, receipt.id), known)
        store.save_lines(by.tenant_id, receipt.id, lines)

        moves, directed, gained = [], [], []
        for entry, key, state, line in zip(judged, keys, states, lines, strict=True):
            lot_id, single = ids[key], known[line.item_id].tracks_serials
            here = (receipt.node_id, line.item_id, line.owner_id)
            moves.append(
                Move(
                    physical(*here, "supplier", 0, lot_id, single),
                    physical(*here, state, dock, lot_id, single),
                    entry.quantity,
                    "receipt",
                    receipt.id,
                    line.id,
                )
            )
            if state in ("good", "hold"):
                directed.append(Goods(line.item_id, line.owner_id, lot_id, entry.quantity, dock, receipt.id))
            if state == "good":
                gained.append(StockChange(line.item_id, line.owner_id, entry.quantity, "received"))
        task_ids = direct_goods(by=by, node_id=receipt.node_id, goods=_together(directed))
        post_movements(by=by, moves=moves)
        raise_exceptions(
            by=by, node_id=receipt.node_id, exceptions=unknown_goods(receipt, [(e.scanned, e.quantity) for e in strange])
        )
        done = ReceivedGoods(
            sum(e.quantity for e in judged if e.condition == "good"),
            sum(e.quantity for e in judged if e.condition == "damaged"),
            sum(e.quantity for e in strange),
            task_ids,
        )
        facts = {"good": done.good, "damaged": done.damaged, "unknown": done.unknown, "dock_id": dock}
        record_events(by=by, events=[*events, Event("receipt", receipt.id, "goods-received", facts)])
        change_node_stock(by=by, node_id=receipt.node_id, changes=gained)
    return done


def _together(goods: Sequence[Goods]) -> list[Goods]:
    """One entry an item, owner and lot."""
    sums: dict[tuple[int, int, int], Goods] = {}
    for g in goods:
        before = sums.get(g[:3])
        sums[g[:3]] = g if before is None else before._replace(quantity=before.quantity + g.quantity)
    return list(sums.values())
