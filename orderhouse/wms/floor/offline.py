"""What a scanner takes along when it starts, so that it can go on without a network. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderhouse.wms.floor.flows import count, lookup, move, pack, pick, putaway, receive

Barcodes = Mapping[int, list[tuple[str, int]]]


def items_of(facts: Any) -> set[int]:
    """The items a scanner must know by their barcodes."""
    if isinstance(facts, pack.Facts):
        return {piece.item_id for order in facts.orders.values() for piece in order.pieces}
    if isinstance(facts, receive.Facts):
        return {item_id for receipt in facts.receipts.values() for item_id in receipt.lines}
    if isinstance(facts, move.Facts):
        return {holding.item_id for place in facts.places.values() for holding in place.holdings}
    if isinstance(facts, lookup.Facts):
        return set()
    tasks: Iterable[Any] = facts.tasks
    return {task.item_id for task in tasks}


def sheet(facts: Any, barcodes: Barcodes) -> dict[str, Any]:
    """The work of a start, task by task in order, each with the barcodes of its item (text, base units a scan)."""
    if isinstance(facts, pick.Facts):
        return _tour(facts, barcodes)
    if isinstance(facts, pack.Facts):
        return _bench(facts, barcodes)
    if isinstance(facts, receive.Facts):
        return _dock(facts, barcodes)
    if isinstance(facts, putaway.Facts):
        return _putaways(facts, barcodes)
    if isinstance(facts, move.Facts):
        return _places(facts, barcodes)
    if isinstance(facts, lookup.Facts):
        return {}
    assert isinstance(facts, count.Facts)
    tasks = [{"bin": t.bin, "sku": t.sku, "name": t.name, "barcodes": barcodes.get(t.item_id, [])} for t in facts.tasks]
    return {"tasks": tasks}


def _tour(facts: pick.Facts, barcodes: Barcodes) -> dict[str, Any]:
    slots: dict[int, int] = {}
    tasks = []
    for task in facts.tasks:
        slot = slots.setdefault(task.outbound_id, len(slots) + 1)
        if task.open:
            tasks.append(
                {
                    "bin": task.bin,
                    "sku": task.sku,
                    "name": task.name,
                    "lot": task.lot,
                    "quantity": task.open,
                    "order": task.order,
                    "slot": slot,
                    "tote": facts.tote_of.get(task.outbound_id, ""),
                    "barcodes": barcodes.get(task.item_id, []),
                    "meters": task.meters_left,
                }
            )
    return {"tour": facts.tour, "orders": len(slots), "tasks": tasks}


def _bench(facts: pack.Facts, barcodes: Barcodes) -> dict[str, Any]:
    """Totes to pack, each order once, under the first tote it has."""
    totes: dict[int, list[str]] = {}
    for code, outbound_id in facts.totes.items():
        if outbound_id:
            totes.setdefault(outbound_id, []).append(code)
    orders = []
    for outbound_id, codes in totes.items():
        order = facts.orders[outbound_id]
        units = [
            {"sku": p.sku, "name": p.name, "quantity": p.quantity, "tote": p.tote, "barcodes": barcodes.get(p.item_id, [])}
            for p in order.pieces
        ]
        orders.append({"order": order.number, "totes": codes, "grams": order.grams, "units": units})
    return {"orders": orders}


def _dock(facts: receive.Facts, barcodes: Barcodes) -> dict[str, Any]:
    receipt = facts.receipt(facts.target) if facts.target else None
    if receipt is None:
        return {}
    lines = [
        {
            "line": line.number,
            "sku": line.sku,
            "name": line.name,
            "expected": line.expected,
            "came": line.came,
            "lots": facts.items[item_id].has_lots,
            "expires": facts.items[item_id].expires,
            "serials": facts.items[item_id].has_serials,
            "barcodes": barcodes.get(item_id, []),
        }
        for item_id, its in receipt.lines.items()
        for line in its
    ]
    return {"receipt": receipt.number, "kind": receipt.kind, "lines": lines}


def _places(facts: move.Facts, barcodes: Barcodes) -> dict[str, Any]:
    """The place units are being taken from: a move begun goes on offline, another bin is known only when it is scanned."""
    return {
        "places": [
            {
                "place": place.code,
                "holds": [
                    {"sku": h.sku, "lot": h.lot, "free": h.free, "barcodes": barcodes.get(h.item_id, [])} for h in place.holdings
                ],
            }
            for place in facts.places.values()
        ]
    }


def _putaways(facts: putaway.Facts, barcodes: Barcodes) -> dict[str, Any]:
    tasks = [
        {
            "sku": task.sku,
            "name": task.name,
            "lots": task.lots,
            "quantity": task.left,
            "source": task.source,
            "putback": task.putback,
            "bin": task.bin,
            "barcodes": barcodes.get(task.item_id, []),
        }
        for task in facts.tasks
    ]
    return {"tasks": tasks}
