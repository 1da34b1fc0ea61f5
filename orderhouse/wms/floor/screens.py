"""Answers as a scanner draws them: one screen, one step. Pure; the PWA has no rules of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderhouse.wms.floor.flows.machine import Answer


@dataclass(frozen=True, slots=True)
class Screen:
    """What is drawn. ``title`` is the flow and step, ``big`` the one thing to do (verb and place, 34 px), ``detail`` what it is,
    ``scan`` what to scan next, ``progress`` how far it is; ``tone`` is right, wrong or stop; ``buttons`` the commands in reach;
    ``rows`` what a look-up found, as (what, where or how many)."""

    title: str
    sentence: str
    big: str
    detail: str
    scan: str
    progress: str
    tone: str
    buttons: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()


_LAYOUT: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "pick.bin": ("Pick", "Go to {bin}", "{quantity} × {sku}", "bin {bin}", ("!skip",)),
    "pick.item": ("Pick", "{bin}: take {quantity}", "{sku} {name}", "{sku}", ("!short", "!damaged")),
    "pick.tote": ("Pick", "Put {counted} into {tote}", "{sku} for order {order}", "the tote", ("!short", "!full")),
    "pick.back": ("Pick", "Back into {bin}", "{counted} × {sku} of cancelled order {order}", "bin {bin}", ()),
    "pick.done": ("Pick", "To packing", "Tour {tour}", "", ()),
    "pack.tote": ("Pack", "Scan a tote", "", "a tote", ()),
    "pack.unit": ("Pack", "{checked} of {units}", "Order {order}, tote {tote}", "each unit", ("!undo", "!skip")),
    "pack.close": ("Pack", "Close it", "Order {order}, about {grams} g", "the weight", ("!close", "!undo")),
    "receive.receipt": ("Receive", "Scan a receipt", "", "a receipt", ("!blind",)),
    "receive.item": ("Receive", "Scan an item", "Receipt {receipt}, {condition}", "an item", ("!damaged", "!close")),
    "receive.lot": ("Receive", "Which lot?", "{quantity} × {sku}", "the lot", ("!undo",)),
    "receive.serial": ("Receive", "Which serial?", "{sku}", "the serial number", ("!undo",)),
    "receive.expiry": ("Receive", "Expires when?", "{quantity} × {sku}", "the date", ("!undo",)),
    "putaway.item": ("Put away", "Scan an item", "{source}", "an item", ()),
    "putaway.bin": ("Put away", "Carry to {bin}", "{quantity} × {sku}", "bin {bin}", ("!skip",)),
    "count.bin": ("Count", "Scan a bin", "", "a bin", ()),
    "count.item": ("Count", "Count {bin}", "", "an item", ("!empty", "!skip")),
    "count.count": ("Count", "{counted} so far", "{sku} in {bin}", "{sku}", ("!done", "!undo")),
    "move.source": ("Move", "Scan a bin", "or a tote to take from", "a bin or tote", ("!undo",)),
    "move.item": ("Move", "Take from {source}", "", "an item", ("!undo",)),
    "move.lot": ("Move", "Which lot?", "{sku} in {source}", "the lot", ("!undo",)),
    "move.bin": ("Move", "Put into a bin", "{counted} × {sku} from {source}", "a bin", ("!undo",)),
    "lookup.look": ("Look up", "{title}", "", "anything", ()),
}
_STOP = ("Stop", "Stop", "", "", ())
_ENDED = ("Work", "Ended", "", "", ())


def draw(answer: Answer) -> Screen:
    """The screen of an answer. Unknown data is left out, never an error: an old scanner must draw a newer answer."""
    step = answer.screen.partition(".")[2]
    title, big, detail, scan, buttons = _LAYOUT.get(answer.screen, _STOP if step == "stop" else _ENDED)
    known = _Known(answer.data)
    if step == "look" and not answer.data.get("title"):
        known["title"] = "Scan anything"
    if step == "tote" and not answer.data.get("tote"):
        known["tote"] = "a free tote"
    tone = "right" if answer.ok else "stop" if step == "stop" else "wrong"
    return Screen(
        title,
        answer.sentence,
        big.format_map(known),
        detail.format_map(known).strip(" ,"),
        scan.format_map(known),
        progress(answer.data),
        tone,
        buttons,
        tuple((str(left), str(right)) for left, right in answer.data.get("rows", ())),
    )


def progress(data: dict[str, Any]) -> str:
    """``7 of 23 · 118 m to go``, or what of it is known."""
    parts = []
    if "stops" in data:
        parts.append(f"{data['stop']} of {data['stops']}")
    if data.get("meters"):
        parts.append(f"{data['meters']} m to go")
    if "units" in data and "stops" not in data:
        parts.append(f"{data['checked']} of {data['units']} units")
    if data.get("expected"):
        parts.append(f"{data['came']} of {data['expected']} came")
    return " · ".join(parts)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""
