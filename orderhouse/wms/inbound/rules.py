"""What a receipt may do, and which line received goods belong to: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import lot_number

STEPS: dict[str, tuple[str, ...]] = {
    "expected": ("arrived", "counting"),
    "arrived": ("counting", "closed"),
    "counting": ("closed",),
    "closed": (),
}
"""Where a receipt may go from each state."""

MAX_AT_ONCE = 1_000_000
"""The most units one entry may name: above it somebody scanned a barcode into the quantity."""

DISPOSITIONS = {
    "restock": "good",
    "refurbish": "hold",
    "quarantine": "quarantine",
    "scrap": "scrapped",
    "back_to_supplier": "supplier",
}
"""What becomes of a returned unit, and the state it goes to."""


class ReceiptStep(Refusal):
    """A receipt cannot take this step from where it stands."""

    sentence = "Receipt {number} is {state}; it cannot become {wanted}."
    remedy = "{allowed}"


class WrongKindOfReceipt(Refusal):
    """Goods and returns come in by different doors."""

    sentence = "Receipt {number} is a {kind}."
    remedy = "{mend}"


class LotMissing(Refusal):
    """The item is kept by lot."""

    sentence = "{sku} is kept by lot, and no lot number was given."
    remedy = "Scan or type the lot number printed on the goods."
    status = 422


class SerialMissing(Refusal):
    """The item is kept by serial number: one unit, one number."""

    sentence = "{sku} is kept by serial number, and {quantity} units came under {serial}."
    remedy = "Scan each unit's own serial number, one unit at a time."
    status = 422


class SerialTwice(Refusal):
    """A serial number stands for one unit in the world."""

    sentence = "Serial {serial} of {sku} is {where} already."
    remedy = "Scan the unit again; if the number is right, count the place where the book has it."


class ExpiryDiffers(Refusal):
    """A lot has one expiry date."""

    sentence = "Lot {lot} of {sku} expires on {known}, not {given}."
    remedy = "Check the date on the goods; if it is right, receive them under another lot number."


class MoreThanReturned(Refusal):
    """More units graded than lie ungraded."""

    sentence = "{quantity} units of line {line_number} were graded, but only {ungraded} wait for it."
    remedy = "Receive the others first, or grade at most {ungraded}."


class Received(NamedTuple):
    """Units that came off a truck. ``condition`` is good or damaged; ``line_number`` the receipt's line if known. With no
    ``item_id`` the catalog does not know what was ``scanned``: it is kept as an exception and nothing is posted."""

    item_id: int | None
    quantity: int
    condition: str = "good"
    lot_number: str = ""
    serial_number: str = ""
    expires_on: date | None = None
    line_number: int | None = None
    scanned: str = ""


class Returned(NamedTuple):
    """Units that came back, by the return's line; with no ``line_number``, ``scanned`` is not part of this return."""

    line_number: int | None
    quantity: int
    lot_number: str = ""
    serial_number: str = ""
    scanned: str = ""


class Grade(NamedTuple):
    """What becomes of returned units of a line: restock, refurbish, quarantine, scrap or back_to_supplier."""

    line_number: int
    quantity: int
    disposition: str
    lot_number: str = ""
    serial_number: str = ""


@dataclass(slots=True)
class Line:
    """A receipt's line while goods are matched to it; ``id`` is 0 for a line this batch adds."""

    id: int
    line_number: int
    item_id: int
    owner_id: int
    expected: int
    good: int
    damaged: int
    ungraded: int


def check_quantity(value: int, field: str) -> None:
    """Refuse what no one could have counted off a truck."""
    if not 1 <= value <= MAX_AT_ONCE:
        raise InvalidInput(
            field=field,
            reason=f"{value} is not 1 to {MAX_AT_ONCE:,} units",
            remedy="Count again: a barcode may have been scanned into the quantity.",
        )


class TrackedItem(Protocol):
    """What receiving must know of an item."""

    @property
    def sku(self) -> str: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def tracks_lots(self) -> bool: ...
    @property
    def tracks_serials(self) -> bool: ...


def lot_and_serial(item: TrackedItem, quantity: int, lot: str, serial: str) -> tuple[str, str]:
    """What tells these units apart: refuses a missing lot or serial; what the item does not track is left out."""
    if item.tracks_serials and (not serial or quantity != 1):
        named = f"serial {serial}" if serial else "no serial"
        raise SerialMissing(sku=item.sku, quantity=quantity, serial=named, field="serial_number")
    if item.tracks_serials and not (len(serial) <= 64 and serial.isprintable() and serial == serial.strip()):
        raise InvalidInput(field="serial_number", reason=f"{serial[:70]!r} is not 1 to 64 printable characters")
    if item.tracks_lots and not lot:
        raise LotMissing(sku=item.sku, field="lot_number")
    return lot_number(lot) if item.tracks_lots else "", serial if item.tracks_serials else ""


def match_lines(goods: Sequence[Received], lines: Sequence[Line], items: Mapping[int, TrackedItem]) -> list[Line]:
    """The line of each entry (of known items): the one named, else the first of its item that expects more, else the last of
    its item, else a new one that expected nothing. Adds what came to the lines; answers one line an entry."""
    by_number = {line.line_number: line for line in lines}
    by_item: dict[int, list[Line]] = {}
    for line in lines:
        by_item.setdefault(line.item_id, []).append(line)
    matched = []
    for entry in goods:
        item_id = entry.item_id
        assert item_id is not None
        if entry.line_number is not None:
            named = by_number.get(entry.line_number)
            if named is None:
                raise NotFound(kind="receipt line", code=entry.line_number, field="line_number")
            if named.item_id != item_id:
                raise InvalidInput(
                    field="line_number", reason=f"line {entry.line_number} is for another item than {items[item_id].sku}"
                )
            line = named
        else:
            own = by_item.get(item_id, [])
            line = next((each for each in own if each.good + each.damaged < each.expected), own[-1] if own else None) or Line(
                0, max(by_number, default=0) + 1, item_id, items[item_id].owner_id, 0, 0, 0, 0
            )
        if line.line_number not in by_number:
            by_number[line.line_number] = line
            by_item.setdefault(item_id, []).append(line)
        if entry.condition == "good":
            line.good += entry.quantity
        else:
            line.damaged += entry.quantity
        matched.append(line)
    return matched


def differences(kind: str, expected: int, good: int, damaged: int) -> list[str]:
    """What a line's closing reports: over or short (a blind receipt is neither), and damaged (a return is graded instead)."""
    came, found = good + damaged, []
    if kind != "blind" and came != expected:
        found.append("over" if came > expected else "short")
    if damaged and kind != "return":
        found.append("damaged")
    return found


def step(number: str, state: str, wanted: str) -> None:
    """Refuse an illegal step of a receipt."""
    if wanted not in STEPS[state]:
        allowed = (
            f"From {state} it may become {' or '.join(STEPS[state])}."
            if STEPS[state]
            else "It is finished: start another receipt."
        )
        raise ReceiptStep(number=number, state=state, wanted=wanted, allowed=allowed)


def standing(expires_on: date | None, held: bool, today: date) -> str:
    """The state good units of a lot stand in: good, hold while the lot is held, expired past its date."""
    if expires_on is not None and expires_on < today:
        return "expired"
    return "hold" if held else "good"
