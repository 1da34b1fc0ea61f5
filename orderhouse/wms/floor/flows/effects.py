"""What a scan makes of the world, as plain values: the flow says them, the floor posts them through the verbs."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class ConfirmPick(NamedTuple):
    """Units of a task went from its bin into a tote."""

    task_id: int
    quantity: int
    tote_id: int


class ShortPick(NamedTuple):
    """The bin gave only ``found`` good units of a task in all, those already in the tote included; the rest lie there
    damaged, or are not there."""

    task_id: int
    found: int
    damaged: bool = False


class UndoPick(NamedTuple):
    """The units a task's last confirmation put into a tote lie in its bin again, still to be picked."""

    task_id: int
    quantity: int
    tote_id: int


class LeaveInTote(NamedTuple):
    """Units taken for a task that had been cancelled lie in a tote: a put-back brings them to their bin."""

    task_id: int
    quantity: int
    tote_id: int


class Packed(NamedTuple):
    """Units of a line that were checked at the bench, and the tote they came from."""

    outbound_line_id: int
    lot_id: int
    quantity: int
    tote_id: int


class PackParcel(NamedTuple):
    """Every unit of an order was checked: one parcel, its contents, its weight, its carton ("" for any). An order that fills
    several parcels has one of these each, posted together."""

    outbound_id: int
    contents: tuple[Packed, ...]
    weight_grams: int
    carton: str = ""


class StartReceipt(NamedTuple):
    """Goods nobody announced stand on the dock."""


class Receive(NamedTuple):
    """Units came in; ``receipt_id`` 0 for the blind receipt just started. With no ``item_id`` nobody knows what was ``scanned``.
    ``returned`` units belong to a return and its ``line_number``."""

    receipt_id: int
    item_id: int | None
    quantity: int
    condition: str
    lot_number: str = ""
    serial_number: str = ""
    expires_on: date | None = None
    returned: bool = False
    line_number: int | None = None
    scanned: str = ""


class CloseReceipt(NamedTuple):
    """All that came has been counted; ``receipt_id`` as in :class:`Receive`."""

    receipt_id: int


class PutAway(NamedTuple):
    """Units of a task lie in a bin."""

    task_id: int
    location_id: int
    quantity: int


class UndoPut(NamedTuple):
    """Units of a task lie where they came from again."""

    task_id: int
    location_id: int
    quantity: int


class CountBin(NamedTuple):
    """So many units of a task's item lie in its bin."""

    task_id: int
    counted: int


class CountHere(NamedTuple):
    """So many units of an item lie in a bin nobody asked to be counted."""

    location_id: int
    item_id: int
    counted: int


class CountAgain(NamedTuple):
    """The last count of these (location, item) pairs was wrong: it is set aside and asked for again."""

    pairs: tuple[tuple[int, int], ...]


class MoveStock(NamedTuple):
    """Units of an item and lot (0 for none) go from one place to another, free before and after."""

    source_place_id: int
    place_id: int
    item_id: int
    lot_id: int
    quantity: int


Effect = (
    ConfirmPick
    | ShortPick
    | UndoPick
    | LeaveInTote
    | PackParcel
    | StartReceipt
    | Receive
    | CloseReceipt
    | PutAway
    | UndoPut
    | CountBin
    | CountHere
    | CountAgain
    | MoveStock
)
