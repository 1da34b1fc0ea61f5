"""The ship label, 4 by 6 inches: where from, where to, how, and the two numbers a carrier and a dock scan.

The SSCC stands lowest, as GS1-128 with bars 32 mm high and a narrow bar of 0.5 mm (GS1 General Specifications,
section 5.12, logistic units in general distribution: 31.75 mm and 0.495 mm at least). The tracking number is a Code 128.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orderhouse.documents.barcode_images import Symbology
from orderhouse.documents.label_marks import MM, Bars, Label, Mark, Rule, Text, code128_data, to_pdf, to_zpl
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import sscc as checked_sscc

_WIDTH, _HEIGHT, _EDGE = 288.0, 432.0, 12.0
_ROOM = _WIDTH - 2 * _EDGE
_MAX_LINES = 7


@dataclass(frozen=True, slots=True)
class LabelContent:
    """What a ship label says. Addresses are their printed lines, 1 to 7; ``weight_grams`` is the parcel's gross weight."""

    ship_from: tuple[str, ...]
    ship_to: tuple[str, ...]
    carrier: str
    service: str
    tracking: str
    sscc: str
    order_number: str
    weight_grams: int
    parcel_number: int
    parcel_count: int
    ship_date: date


def render_zpl(content: LabelContent, dpi: int = 203) -> str:
    """The label in ZPL II. Raises ``InvalidInput`` for a wrong SSCC, a tracking number that no Code 128 of 4 inches
    holds, more than 7 address lines, or a resolution other than 152, 203 or 300 dpi."""
    return to_zpl(_lay_out(content), dpi=dpi)


def render_pdf(content: LabelContent) -> bytes:
    """The label as one PDF page of 4 by 6 inches. Raises as :func:`render_zpl`."""
    return render_pdfs([content])


def render_pdfs(contents: Iterable[LabelContent]) -> bytes:
    """Many labels as one PDF, a page each. Raises as :func:`render_zpl`."""
    return to_pdf(_lay_out(content) for content in contents)


def _lay_out(content: LabelContent) -> Label:
    number = checked_sscc(content.sscc)
    marks: list[Mark] = []

    def say(x: float, y: float, size: float, text: str, *, room: float = _ROOM, bold: bool = False, align: str = "left") -> None:
        if text:
            marks.append(Text(x, y, size, text, room, bold, align))

    def rule(y: float) -> None:
        marks.append(Rule(0, y, _WIDTH, 1.2))

    def address(lines: tuple[str, ...], x: float, y: float, size: float, high: float, room: float, *, field: str) -> None:
        if not 1 <= len(lines) <= _MAX_LINES:
            raise InvalidInput(field=field, reason=f"{len(lines)} lines are not 1 to {_MAX_LINES}")
        size = min(size, high / len(lines) / 1.16)
        for i, line in enumerate(lines):
            say(x, y + size * (0.85 + 1.16 * i), size, line, room=room, bold=i == 0)

    say(_EDGE, 12, 6, "FROM", room=80)
    address(content.ship_from, _EDGE, 15, 8.5, 42, 176, field="ship_from")
    say(200, 12, 6, "PARCEL", room=76, align="right")
    say(200, 33, 20, f"{content.parcel_number} of {content.parcel_count}", room=76, bold=True, align="right")
    say(200, 48, 8.5, content.ship_date.isoformat(), room=76, align="right")
    rule(60)

    say(_EDGE, 71, 6, "SHIP TO", room=80)
    address(content.ship_to, _EDGE + 18, 75, 14.5, 76, _ROOM - 18, field="ship_to")
    rule(155)

    say(_EDGE, 178, 20, content.carrier, room=116, bold=True)
    say(136, 176, 13, content.service, room=140, align="right")
    rule(186)

    say(_EDGE, 195, 6, "ORDER", room=60)
    say(_EDGE, 207, 10, content.order_number, room=146, bold=True)
    say(166, 195, 6, "WEIGHT", room=110, align="right")
    say(166, 207, 10, _weight(content.weight_grams), room=110, bold=True, align="right")
    rule(213)

    say(_EDGE, 222, 6, "TRACKING", room=80)
    marks.append(Bars(_WIDTH / 2, 226, 48, _tracking_module(content.tracking), Symbology.CODE_128, content.tracking))
    say(_EDGE, 286, 11, _spaced(content.tracking), bold=True, align="center")
    rule(294)

    say(_EDGE, 303, 6, "SSCC", room=80)
    marks.append(Bars(_WIDTH / 2, 308, 32 * MM, 0.5, Symbology.GS1_128, f"(00){number}"))
    say(_EDGE, 411, 12, f"(00){number}", bold=True, align="center")
    return Label(_WIDTH, _HEIGHT, tuple(marks))


def _tracking_module(tracking: str) -> float:
    """The widest narrow bar, in millimeters, that leaves ten modules quiet on both sides."""
    if not tracking.isascii() or not tracking.isprintable() or not tracking:
        raise InvalidInput(field="tracking", reason=f"{tracking[:60]!r} is not 1 or more plain ASCII characters")
    _, symbols = code128_data(Symbology.CODE_128, tracking)
    for module in (0.5, 0.375, 0.25):
        if (11 * symbols + 13 + 20) * module * MM <= _WIDTH:
            return module
    raise InvalidInput(
        field="tracking",
        reason=f"{len(tracking)} characters are too many for a bar code 4 inches wide",
        remedy="Use the carrier's own label for this parcel.",
    )


def _spaced(tracking: str) -> str:
    """Long digits in fours, as an eye compares them."""
    if tracking.isdigit() and len(tracking) > 10:
        return " ".join(tracking[i : i + 4] for i in range(0, len(tracking), 4))
    return tracking


def _weight(grams: int) -> str:
    return f"{grams / 1000:.2f} kg / {grams / 453.59237:.1f} lb"
