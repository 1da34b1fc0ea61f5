"""Receive goods: a receipt's label (or ``!blind``), then item after item with its quantity, then ``!close``.

An item that has lots is asked for its lot, and for its expiry where it must have life left at the pick, unless the barcode
says them (GS1 AI 10, 17); one that has serial numbers is scanned unit by unit. ``!damaged`` makes the next item count as
damaged; ``!unknown`` notes goods nobody knows, with their quantity, for someone to look at. ``!undo`` takes back a half-entered item; what was received stands in the books. ``!end`` leaves the receipt open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import lot_number
from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan
from orderhouse.wms.floor.flows.effects import CloseReceipt, Effect, Receive, StartReceipt
from orderhouse.wms.floor.flows.machine import Answer, State, Step, Successors, is_command, item_of, shown, unknown_command

SUCCESSORS: Successors = {
    "receipt": frozenset({"receipt", "item", "ended"}),
    "item": frozenset({"item", "lot", "expiry", "serial", "receipt", "ended"}),
    "lot": frozenset({"lot", "expiry", "item", "ended"}),
    "expiry": frozenset({"expiry", "item", "ended"}),
    "serial": frozenset({"serial", "item", "ended"}),
    "ended": frozenset({"ended"}),
}

COMMANDS = ("!blind", "!damaged", "!unknown", "!close", "!undo", "!end")

BLIND = 0
"""The id of the receipt a batch of scans has just started: its real one is known once it is posted."""


@dataclass(slots=True)
class Item:
    """What the catalog says of an item."""

    id: int
    sku: str
    name: str
    has_lots: bool = False
    has_serials: bool = False
    expires: bool = False


@dataclass(slots=True)
class Line:
    """What a receipt announced of an item, and the units that have come."""

    number: int
    item_id: int
    sku: str
    name: str
    expected: int
    came: int = 0


@dataclass(slots=True)
class Receipt:
    """A receipt as it stands, with its lines by item."""

    id: int
    number: str
    kind: str = "asn"
    state: str = "expected"
    lines: dict[int, list[Line]] = field(default_factory=dict)

    def line(self, item_id: int) -> Line | None:
        """The item's first line that expects more, else its last."""
        lines = self.lines.get(item_id, [])
        return next((line for line in lines if line.came < line.expected), lines[-1] if lines else None)


@dataclass(slots=True)
class Facts:
    """Receipts by number (the one at work, those scanned), the items and barcodes scanned. ``target`` is where to begin."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    items: Mapping[int, Item] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    target: int | None = None

    def receipt(self, receipt_id: int | None) -> Receipt | None:
        return next((r for r in self.receipts.values() if r.id == receipt_id), None)


def start(facts: Facts) -> State:
    """At the receipt named, else waiting for one."""
    receipt = facts.receipt(facts.target) if facts.target else None
    if receipt is None or receipt.state == "closed":
        return {"at": "receipt"}
    return {"at": "item", "receipt": receipt.id, "condition": "good"}


def resume(state: State, facts: Facts) -> State:
    """Where receiving goes on: in the same receipt, while it is open."""
    receipt = facts.receipt(state.get("receipt"))
    same = receipt is not None and receipt.state != "closed" and state.get("item", 0) in {0, *facts.items}
    return state if same else start(facts)


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    at = state["at"]
    if at == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    if at != "receipt":
        receipt = facts.receipt(state["receipt"])
        if receipt is None or receipt.state == "closed":
            number = receipt.number if receipt else "?"
            return _wrong({"at": "receipt"}, facts, say.RECEIPT_IS_CLOSED.format(receipt=number), screen="stop")
    if is_command(scan):
        return _command(state, scan, quantity, facts)
    if at == "receipt":
        return _receipt(state, scan, facts)
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.QUANTITY_BELOW_ONE.format(quantity=quantity))
    if at == "item":
        return _item(state, scan, quantity, facts)
    item = facts.items[state["item"]]
    text = scan.raw.strip() or scan.value
    if at == "lot":
        return _entered({**state, "lot": scan.lot or text}, scan, facts, item)
    if at == "serial":
        return _entered({**state, "serial": scan.serial or text}, scan, facts, item)
    expires = scan.expires_on or _date(text)
    if expires is None:
        return _wrong(state, facts, say.BAD_EXPIRY.format(scanned=shown(scan)))
    return _entered({**state, "expires": expires.isoformat()}, scan, facts, item)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state and what it shows."""
    at = state["at"]
    receipt = None if at in ("receipt", "ended") else facts.receipt(state["receipt"])
    if receipt is None:
        return at, {}
    data: dict[str, Any] = {"receipt": receipt.number, "condition": state["condition"]}
    if item := facts.items.get(state.get("item", 0)):
        lines = receipt.lines.get(item.id, [])
        data |= {"sku": item.sku, "name": item.name, "quantity": state["quantity"]}
        data |= {"expected": sum(line.expected for line in lines), "came": sum(line.came for line in lines)}
    return at, data


def apply(facts: Facts, effect: Effect) -> None:
    """Let the picture of the receipts follow an effect."""
    if isinstance(effect, StartReceipt):
        facts.receipts[""] = Receipt(BLIND, "", "blind", "counting")
    elif isinstance(effect, Receive):
        receipt = facts.receipt(effect.receipt_id)
        if receipt is not None and effect.item_id is not None:
            item = facts.items[effect.item_id]
            line = receipt.line(item.id)
            if line is None:
                line = Line(0, item.id, item.sku, item.name, 0)
                receipt.lines[item.id] = [line]
            line.came += effect.quantity
    elif isinstance(effect, CloseReceipt):
        receipt = facts.receipt(effect.receipt_id)
        if receipt is not None:
            receipt.state = "closed"
            if receipt.id == BLIND:
                del facts.receipts[receipt.number]  # the next blind one of this batch is another


def _receipt(state: State, scan: Scan, facts: Facts) -> Step:
    receipt = facts.receipts.get(scan.value) or facts.receipts.get(scan.raw.strip())
    if receipt is None:
        return _wrong(state, facts, say.UNKNOWN_RECEIPT.format(scanned=shown(scan)))
    if receipt.state == "closed":
        return _wrong(state, facts, say.RECEIPT_IS_CLOSED.format(receipt=receipt.number))
    following = {"at": "item", "receipt": receipt.id, "condition": "good"}
    return _right(following, facts, say.RECEIPT_OPEN.format(receipt=receipt.number))


def _item(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    found = item_of(scan, facts.barcodes)
    if found is None:
        told = say.NO_ITEM_HAS_IT.format(scanned=shown(scan))
        return _wrong({**state, "strange": scan.value}, facts, told)
    item, units = facts.items[found[0]], quantity or found[1]
    if item.has_serials and units != 1:
        return _wrong(state, facts, say.ONE_SERIAL.format(sku=item.sku))
    entered = {key: state[key] for key in ("at", "receipt", "condition")} | {"item": item.id, "quantity": units}
    if scan.lot and item.has_lots:
        entered["lot"] = scan.lot
    if scan.serial and item.has_serials:
        entered["serial"] = scan.serial
    if scan.expires_on:
        entered["expires"] = scan.expires_on.isoformat()
    return _entered(entered, scan, facts, item)


def _entered(state: State, scan: Scan, facts: Facts, item: Item) -> Step:
    """Ask for what the item still lacks, or receive it."""
    base = {"at": "item", "receipt": state["receipt"]}
    for name, wanted in (("lot", item.has_lots), ("serial", item.has_serials)):
        if not wanted:
            continue
        if name not in state:
            ask = say.ASK_LOT if name == "lot" else say.ASK_SERIAL
            return _right({**state, "at": name}, facts, ask.format(sku=item.sku))
        try:
            lot_number(state[name])  # serial numbers (AI 21) have the same characters and length
        except InvalidInput:
            asked = {key: value for key, value in state.items() if key != name} | {"at": name}
            return _wrong(asked, facts, say.BAD_LOT.format(scanned=shown(scan)))
    if item.expires and "expires" not in state:
        told = say.ASK_EXPIRY.format(lot=state.get("lot", ""), sku=item.sku)
        return _right({**state, "at": "expiry"}, facts, told)
    receipt = facts.receipt(state["receipt"])
    returned = receipt.line(item.id) if receipt and receipt.kind == "return" else None
    effect = Receive(
        receipt_id=state["receipt"],
        item_id=item.id,
        quantity=state["quantity"],
        condition=state["condition"],
        lot_number=state.get("lot", ""),
        serial_number=state.get("serial", ""),
        expires_on=date.fromisoformat(state["expires"]) if "expires" in state else None,
        returned=receipt is not None and receipt.kind == "return",
        line_number=returned.number if returned else None,
        scanned=item.sku,
    )
    told = say.RECEIVED.format(quantity=effect.quantity, sku=item.sku, condition=effect.condition)
    last = {"quantity": effect.quantity, "sku": item.sku}
    return _right({**base, "condition": "good", "last": last}, facts, told, (effect,))


def _command(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    command, at = scan.value, state["at"]
    if command not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if command == "!end":
        return _right({"at": "ended"}, facts, say.ENDED)
    if at == "receipt":
        if command != "!blind":
            return _wrong(state, facts, say.SCAN_A_RECEIPT)
        following = {"at": "item", "receipt": BLIND, "condition": "good"}
        return Step(following, (StartReceipt(),), Answer(True, "receive.item", say.BLIND_OPEN, {"condition": "good"}))
    base = {"at": "item", "receipt": state["receipt"], "condition": state["condition"]}
    if command == "!undo":
        if at == "item" and state["condition"] == "good":
            last = state.get("last")
            return _wrong(state, facts, say.RECEIVED_STANDS.format(**last) if last else say.NOTHING_TO_UNDO)
        return _right({**base, "condition": "good"}, facts, say.UNDONE)
    if at != "item" or command == "!blind":
        return _wrong(state, facts, unknown_command(scan, ("!undo", "!end", *(COMMANDS[1:4] if at == "item" else ()))))
    if command == "!damaged":
        damaged = state["condition"] == "good"
        told = say.NEXT_IS_DAMAGED if damaged else say.NEXT_IS_GOOD
        return _right({**state, "condition": "damaged" if damaged else "good"}, facts, told)
    receipt = facts.receipt(state["receipt"])
    if command == "!unknown":
        units = 1 if quantity is None else quantity
        if units < 1 or "strange" not in state:
            told = say.QUANTITY_BELOW_ONE.format(quantity=units) if units < 1 else say.NOTHING_STRANGE
            return _wrong(state, facts, told)
        returned = receipt is not None and receipt.kind == "return"
        effect = Receive(state["receipt"], None, units, "good", returned=returned, scanned=state["strange"])
        return _right(base, facts, say.STRANGE_NOTED.format(quantity=units, scanned=state["strange"]), (effect,))
    told = say.RECEIPT_CLOSED.format(receipt=receipt.number if receipt else "")
    return _right({"at": "receipt"}, facts, told, (CloseReceipt(state["receipt"]),))


def _date(text: str) -> date | None:
    """``2027-03-31``, or ``270331`` as GS1 writes it."""
    try:
        if len(text) == 6 and text.isdigit():
            return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        return date.fromisoformat(text)
    except ValueError:
        return None


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"receive.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"receive.{screen or at}", sentence, data))
