"""The marks a label is made of, drawn twice: as ZPL for a thermal printer and as PDF for any other.

A label is laid out once, in points (1/72 inch) from its top left corner, as :class:`Text`, :class:`Bars`,
:class:`Matrix` and :class:`Rule`; :func:`to_zpl` and :func:`to_pdf` draw the same marks. Bars are sized in whole
printer dots so that no edge is rounded away.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from orderhouse.documents import lettering
from orderhouse.documents.barcode_images import Symbology, modules, runs
from orderhouse.kernel.errors import InvalidInput

MM = 72 / 25.4
"""Points in a millimeter."""

DOTS_PER_MM = {152: 6, 203: 8, 300: 12}
"""Thermal printers by the resolution on their data sheet. (At 600 dpi a logistic bar exceeds ^BY's ten dots.)"""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of type: ``x`` left edge, ``y`` baseline, ``room`` the width it must keep to; all in points."""

    x: float
    y: float
    size: float
    text: str
    room: float
    bold: bool = False
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Bars:
    """A linear symbol: ``x`` its center, ``y`` its top, ``module`` its narrowest bar in millimeters."""

    x: float
    y: float
    height: float
    module: float
    symbology: Symbology
    text: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """A two-dimensional symbol: ``x``, ``y`` its top left corner, ``module`` its cell in millimeters."""

    x: float
    y: float
    module: float
    symbology: Symbology
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A black box: a line when thin."""

    x: float
    y: float
    width: float
    height: float


Mark = Text | Bars | Matrix | Rule


@dataclass(frozen=True, slots=True)
class Label:
    """Marks on a label of this size, in points."""

    width: float
    height: float
    marks: tuple[Mark, ...]


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_pdf(labels: Iterable[Label]) -> bytes:
    """One PDF page for each label, the page as large as the label. The same labels give the same bytes."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    for label in labels:
        canvas.setPageSize((label.width, label.height))
        for mark in label.marks:
            draw(canvas, mark, label.height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw(canvas: Canvas, mark: Mark, top: float) -> None:
    """Draw one mark on a canvas, its coordinates counted downward from ``top``."""
    match mark:
        case Text():
            text, size = lettering.fit(mark.text, mark.size, mark.room, mark.bold)
            face, drawn = lettering.set_text(text, mark.bold)
            canvas.setFont(face, size)
            match mark.align:
                case "right":
                    canvas.drawRightString(mark.x + mark.room, top - mark.y, drawn)
                case "center":
                    canvas.drawCentredString(mark.x + mark.room / 2, top - mark.y, drawn)
                case _:
                    canvas.drawString(mark.x, top - mark.y, drawn)
        case Rule():
            canvas.rect(mark.x, top - mark.y - mark.height, mark.width, mark.height, stroke=0, fill=1)
        case Bars():
            row = modules(mark.symbology, mark.text)[0]
            pitch = mark.module * MM
            _fill(canvas, (row,), mark.x - len(row) * pitch / 2, top - mark.y, pitch, mark.height)
        case Matrix():
            pitch = mark.module * MM
            _fill(canvas, modules(mark.symbology, mark.text), mark.x, top - mark.y, pitch, pitch)


def _fill(canvas: Canvas, rows: Sequence[bytes], left: float, top: float, pitch: float, height: float) -> None:
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for x, run in runs(row):
            path.rect(left + x * pitch, top - (y + 1) * height, run * pitch, height)
    canvas.drawPath(path, stroke=0, fill=1)


# ── ZPL ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_zpl(label: Label, *, dpi: int = 203) -> str:
    """The label in ZPL II for a printer of 152, 203 or 300 dpi; all ASCII, so that no transport can garble it.

    Text goes as UTF-8 (^CI28) with everything but plain characters in hex (^FH), so that no text can become a command.
    """
    scale = DOTS_PER_MM.get(dpi)
    if scale is None:
        raise InvalidInput(field="dpi", reason=f"{dpi} is not one of {', '.join(map(str, DOTS_PER_MM))}")

    def dots(points: float) -> int:
        return round(points / MM * scale)

    lines = ["^XA", "^CI28", f"^PW{int(label.width / MM * scale)}", f"^LL{int(label.height / MM * scale)}", "^LH0,0"]
    for mark in label.marks:
        match mark:
            case Text():
                lines.append(_zpl_text(mark, scale))
            case Rule():
                wide, high = max(dots(mark.width), 1), max(dots(mark.height), 1)
                lines.append(f"^FO{dots(mark.x)},{dots(mark.y)}^GB{wide},{high},{min(wide, high)}^FS")
            case Bars() if mark.symbology in (Symbology.CODE_128, Symbology.GS1_128):
                module = max(round(mark.module * scale), 1)
                data, symbols = code128_data(mark.symbology, mark.text)
                left = dots(mark.x) - (11 * symbols + 13) * module // 2
                high = dots(mark.height)
                lines.append(f"^FO{left},{dots(mark.y)}^BY{module}^BCN,{high},N,N,N,N^FH_^FD{escape(data)}^FS")
            case Bars():
                rows = modules(mark.symbology, mark.text)
                module = max(round(mark.module * scale), 1)
                left = dots(mark.x) - len(rows[0]) * module // 2
                lines.append(f"^FO{left},{dots(mark.y)}{_zpl_graphic(rows, module, dots(mark.height))}^FS")
            case Matrix():
                module = max(round(mark.module * scale), 1)
                graphic = _zpl_graphic(modules(mark.symbology, mark.text), module, module)
                lines.append(f"^FO{dots(mark.x)},{dots(mark.y)}{graphic}^FS")
    return "\n".join([*lines, "^XZ", ""])


def escape(text: str) -> str:
    """``text`` for a field that opens with ``^FH_^FD``: controls dropped, all but plain ASCII as ``_hh`` of its UTF-8."""
    kept = "".join(" " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return _SPECIAL.sub(lambda found: "".join(f"_{byte:02X}" for byte in found[0].encode()), kept)


_SPECIAL = re.compile(r"[^ -\]`-}]|\\")  # ^ ~ and _ are commands; a field block reads the backslash


def code128_data(symbology: Symbology, text: str) -> tuple[str, int]:
    """The ^FD data of a ^BC field in mode N, and the symbol's characters without the stop (11 modules each).

    Digits at the head go in pairs (subset C) where there are four or more, the rest in subset B (ISO/IEC 15417,
    annex E). It never switches back to C: that code, ``>5``, is misread by ZPL interpreters in use, and a few wider
    symbols are the lesser harm. ``>;`` starts in C, ``>:`` in B, ``>6`` switches to B, ``>8`` is FNC1.
    """
    if symbology is Symbology.GS1_128:
        # what we print this way is one element string of even digits: an SSCC or a GTIN
        digits = re.sub(r"[()]", "", text)
        if not re.fullmatch(r"([0-9]{2})+", digits):
            raise InvalidInput(field="barcode", reason=f"{text!r} is not one element string of even digits")
        return f">;>8{digits}", 3 + len(digits) // 2
    if not re.fullmatch(r"[ -~]+", text):
        raise InvalidInput(field="barcode", reason=f"{text[:60]!r} is not plain ASCII, as Code 128 needs")
    pairs = re.match(r"(?:[0-9]{2}){2,}|", text)
    head = pairs[0] if pairs else ""
    rest = text[len(head) :]
    data, symbols = (f">;{head}", 1 + len(head) // 2) if head else ("", 0)
    if rest:
        data += (">6" if head else ">:") + rest.translate(_INVOKED)
        symbols += 1 + len(rest)
    return data, symbols + 1


_INVOKED = str.maketrans({"^": "><", ">": ">0", "~": ">="})


def _zpl_text(mark: Text, scale: int) -> str:
    wide = sum(1 for c in mark.text if unicodedata.east_asian_width(c) in "WF")
    room = mark.room - 0.5 * wide * mark.size  # a full-width character is measured as a narrow mark
    text, size = lettering.fit(mark.text, mark.size, max(room, mark.room / 2), mark.bold)
    height = round(size / MM * scale)
    x, y = round(mark.x / MM * scale), round(mark.y / MM * scale)
    block = ""
    if mark.align != "left":
        block = f"^FB{round(mark.room / MM * scale)},1,0,{mark.align[0].upper()}"
        text = text.replace("\\", "/")  # inside a block even an escaped backslash may be taken for a command
    return f"^FT{x},{y}^A0N,{height},{height}{block}^FH_^FD{escape(text)}^FS"


def _zpl_graphic(rows: Sequence[bytes], module: int, height: int) -> str:
    """The symbol as a ^GFA picture: hex of each row once, then ``:`` for each repeat of it."""
    width = len(rows[0]) * module
    in_bytes = -(-width // 8)
    drawn = []
    for row in rows:
        bits = "".join(("1" if dark else "0") * module for dark in row).ljust(in_bytes * 8, "0")
        drawn.append(f"{int(bits, 2):0{in_bytes * 2}X}" + ":" * (height - 1))
    total = in_bytes * height * len(rows)
    return f"^GFA,{total},{total},{in_bytes},{''.join(drawn)}"
