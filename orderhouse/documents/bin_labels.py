"""Labels for bins, totes, carts and badges: the code large enough to read from the aisle, and its barcode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orderhouse.documents.barcode_images import Symbology, modules
from orderhouse.documents.label_marks import MM, Bars, Label, Mark, Matrix, Text, to_zpl
from orderhouse.documents.label_sheets import to_sheets
from orderhouse.kernel.errors import InvalidInput

_WIDTH, _HEIGHT, _EDGE = 288.0, 144.0, 14.0  # 4 by 2 inches


@dataclass(frozen=True, slots=True)
class BinLabel:
    """One label: ``code`` as people say it, ``barcode`` as the scanner reads it (``L.A-12-03``), ``caption`` above
    (zone, level, "Tote"), and ``check_digits`` for voice or paper confirmation, where used."""

    code: str
    barcode: str
    caption: str = ""
    check_digits: str = ""


def render_bin_labels_pdf(labels: Iterable[BinLabel], *, layout: str = "", skip: int = 0) -> bytes:
    """The labels as a PDF of 4 by 2 inch pages, or on sheets (:mod:`.label_sheets`). Raises ``InvalidInput`` (field ``barcode``) for a code no Code 128 of
    4 inches holds."""
    return to_sheets((_lay_out(label) for label in labels), layout, skip=skip)


def render_bin_labels_zpl(labels: Iterable[BinLabel], *, dpi: int = 203) -> str:
    """The labels in ZPL II, one after another. Raises as :func:`render_bin_labels_pdf`."""
    return "".join(to_zpl(_lay_out(label), dpi=dpi) for label in labels)


def _lay_out(label: BinLabel) -> Label:
    # the matrix is for a camera or an imager; the bars are for a laser, and for reading from farther away
    cells = len(modules(Symbology.DATA_MATRIX, label.barcode))
    across = cells * 0.75 * MM
    room = _WIDTH - 2 * _EDGE
    marks: list[Mark] = [
        Text(_EDGE, 18, 8, label.caption.upper(), room - across - 10),
        Text(_EDGE, 66, 50, label.code, room - across - 10, bold=True),
        Matrix(_WIDTH - _EDGE - across, 12, 0.75, Symbology.DATA_MATRIX, label.barcode),
        Bars(_WIDTH / 2, 84, 46, _module(label.barcode), Symbology.CODE_128, label.barcode),
    ]
    if label.check_digits:
        marks.append(Text(_WIDTH - _EDGE - 60, 76, 16, label.check_digits, 60, bold=True, align="right"))
    return Label(_WIDTH, _HEIGHT, tuple(marks))


def _module(text: str) -> float:
    count = len(modules(Symbology.CODE_128, text)[0]) + 20
    for module in (0.5, 0.375, 0.25):
        if count * module * MM <= _WIDTH:
            return module
    raise InvalidInput(field="barcode", reason=f"{text!r} is too long for a bar code 4 inches wide")
