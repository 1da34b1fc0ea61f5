"""Labels on sheets of label paper, for an office printer: several to a page, where their paper has them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from orderhouse.documents.label_marks import MM, Label, draw, to_pdf
from orderhouse.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of label paper; all lengths in points, ``left`` and ``top`` to the first label, ``across`` and ``down`` from one
    label's corner to the next one's."""

    code: str
    name: str
    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float
    across: float
    down: float
    label_width: float
    label_height: float


LAYOUTS = {
    layout.code: layout
    for layout in (
        Layout("letter-10", "US Letter, 10 labels 4 × 2 in", 612, 792, 2, 5, 11.25, 36, 301.5, 144, 288, 144),
        Layout(
            "a4-14",
            "A4, 14 labels 99.1 × 38.1 mm",
            210 * MM,
            297 * MM,
            2,
            7,
            4.65 * MM,
            15.15 * MM,
            101.6 * MM,
            38.1 * MM,
            99.1 * MM,
            38.1 * MM,
        ),
        Layout(
            "a4-24",
            "A4, 24 labels 64 × 33.9 mm",
            210 * MM,
            297 * MM,
            3,
            8,
            7.2 * MM,
            12.9 * MM,
            66 * MM,
            33.9 * MM,
            64 * MM,
            33.9 * MM,
        ),
    )
}
"""Label paper in common use, by code; ``""`` stands for a roll, a page a label."""


def to_sheets(labels: Iterable[Label], layout: str = "", *, skip: int = 0) -> bytes:
    """Labels as a PDF: on a roll where no layout is named, else on its sheets, ``skip`` labels of the first one used up already.

    A label larger than the paper's is drawn smaller, never cut; one that is smaller keeps its size, in the middle. Raises
    ``InvalidInput`` for an unknown layout.
    """
    if not layout:
        return to_pdf(labels)
    sheet = LAYOUTS.get(layout)
    if sheet is None:
        raise InvalidInput(field="layout", reason=f"{layout[:30]!r} is none of {', '.join(LAYOUTS)}")
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(sheet.width, sheet.height), invariant=1, pageCompression=1)
    many = sheet.columns * sheet.rows
    at = skip % many
    for n, label in enumerate(labels):
        if n and at == 0:
            canvas.showPage()
        row, column = divmod(at, sheet.columns)
        scale = min(1.0, sheet.label_width / label.width, sheet.label_height / label.height)
        canvas.saveState()
        canvas.translate(
            sheet.left + column * sheet.across + (sheet.label_width - label.width * scale) / 2,
            sheet.height - sheet.top - row * sheet.down - sheet.label_height + (sheet.label_height - label.height * scale) / 2,
        )
        canvas.scale(scale, scale)
        for mark in label.marks:
            draw(canvas, mark, label.height)
        canvas.restoreState()
        at = (at + 1) % many
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
