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


class Packed(NamedTuple):
    """Units of a line that were checked at the bench, and the tote they came from."""

    outbound_line_id: int
    lot_id: int
    quantity: int
    tote_id: int


class PackParcel(NamedTuple):
    """Every unit of an order was checked: one parcel, its contents, its weight."""

    outbound_id: int
    contents: tuple[Packed, ...]
    weight_grams: int


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


class CountBin(NamedTuple):
    """So many units of a task's item lie in its bin."""

    task_id: int
    counted: int


Effect = ConfirmPick | ShortPick | PackParcel | StartReceipt | Receive | CloseReceipt | PutAway | CountBin
