"""Item labels, 2¼ by 1¼ inches: what it is, and a barcode that any flow on the floor can read.

An item with a lot, serial or expiry carries them in a GS1 DataMatrix, (01)(17)(10)(21) in that order; one with a GTIN
alone carries it as EAN-13, EAN-8, UPC-A or ITF-14 by its length; one with neither carries its SKU as Code 128.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orderhouse.documents.barcode_images import Symbology, modules
from orderhouse.documents.label_marks import MM, Bars, Label, Mark, Matrix, Text, to_zpl
from orderhouse.documents.label_sheets import to_sheets
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import gtin as checked_gtin
from orderhouse.kernel.identifiers import lot_number

_WIDTH, _HEIGHT, _EDGE = 162.0, 90.0, 9.0


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """One label. ``gtin`` is 8 to 14 digits, or empty; a lot, serial or expiry needs one. ``pack`` says "12 × each"."""

    sku: str
    description: str
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    pack: str = ""


def render_item_labels_pdf(labels: Iterable[ItemLabel], *, layout: str = "", skip: int = 0) -> bytes:
    """The labels as a PDF of 2¼ by 1¼ inch pages, or on sheets (:mod:`.label_sheets`). Raises ``InvalidInput`` for a wrong GTIN, or a lot, serial or
    expiry without one."""
    return to_sheets((_lay_out(label) for label in labels), layout, skip=skip)


def render_item_labels_zpl(labels: Iterable[ItemLabel], *, dpi: int = 203) -> str:
    """The labels in ZPL II, one after another. Raises as :func:`render_item_labels_pdf`."""
    return "".join(to_zpl(_lay_out(label), dpi=dpi) for label in labels)


def barcode_of(label: ItemLabel) -> tuple[Symbology, str]:
    """The symbol this label carries, and its text."""
    tracked = label.lot or label.serial or label.expires_on
    if not label.gtin:
        if tracked:
            raise InvalidInput(field="gtin", reason=f"item {label.sku} has a lot, serial or expiry but no GTIN to go with it")
        return Symbology.CODE_128, label.sku
    digits = checked_gtin(label.gtin)
    if tracked:
        # in square brackets, which no GS1 value may hold: a lot may hold round ones
        text = f"[01]{digits}"
        text += f"[17]{label.expires_on:%y%m%d}" if label.expires_on else ""
        text += f"[10]{_gs1_value('lot', label.lot)}" if label.lot else ""
        text += f"[21]{_gs1_value('serial', label.serial)}" if label.serial else ""
        return Symbology.GS1_DATA_MATRIX, text
    for count, symbology in ((8, Symbology.EAN_8), (12, Symbology.UPC_A), (13, Symbology.EAN_13)):
        if digits.startswith("0" * (14 - count)):
            return symbology, digits[14 - count :]
    return Symbology.ITF_14, digits


def _gs1_value(field: str, text: str) -> str:
    try:
        return lot_number(text)  # lots (10) and serials (21) share one rule: 1 to 20 characters of set 82
    except InvalidInput as refusal:
        raise InvalidInput(field=field, reason=str(refusal.facts["reason"]))


def _lay_out(label: ItemLabel) -> Label:
    symbology, text = barcode_of(label)
    room = _WIDTH - 2 * _EDGE
    if symbology.is_matrix:
        cells = len(modules(symbology, text))
        cell = next((mm for mm in (0.75, 0.625, 0.5, 0.375) if cells * mm * MM <= 48), 0.25)
        side = cells * cell * MM
        beside = room - side - 8
        said = [
            f"Expires {label.expires_on.isoformat()}" if label.expires_on else "",
            f"Lot {label.lot}" if label.lot else "",
            f"Serial {label.serial}" if label.serial else "",
            label.pack,
        ]
        marks: list[Mark] = [
            Text(_EDGE, 20, 13, label.sku, room, bold=True),
            Text(_EDGE, 31, 7.5, label.description, room),
            Matrix(_WIDTH - _EDGE - side, _HEIGHT - _EDGE - side, cell, symbology, text),
            *(Text(_EDGE, 45 + 11 * i, 8.5, line, beside) for i, line in enumerate(filter(None, said))),
        ]
        return Label(_WIDTH, _HEIGHT, tuple(marks))
    module = _module(symbology, text)
    pack = [Text(_WIDTH - _EDGE - 50, 20, 8.5, label.pack, 50, align="right")] if label.pack else []
    return Label(
        _WIDTH,
        _HEIGHT,
        (
            Text(_EDGE, 20, 13, label.sku, room - (56 if label.pack else 0), bold=True),
            Text(_EDGE, 31, 7.5, label.description, room),
            *pack,
            Bars(_WIDTH / 2, 37, 36, module, symbology, text),
            Text(_EDGE, 82, 8, text, room, align="center"),
        ),
    )


def _module(symbology: Symbology, text: str) -> float:
    count = len(modules(symbology, text)[0]) + 20
    for module in (0.375, 0.25, 0.125):
        if count * module * MM <= _WIDTH:
            return module
    raise InvalidInput(field="barcode", reason=f"{text!r} is too long for a bar code 2¼ inches wide")
