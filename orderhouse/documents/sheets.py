"""Office paper: headed sheets with facts and tables, black on white, many documents to one PDF.

Drawn straight on the canvas, for speed: a warehouse prints its slips by the thousand.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from orderhouse.documents import lettering
from orderhouse.documents.barcode_images import Symbology, modules
from orderhouse.documents.label_marks import MM, Bars, Text, draw
from orderhouse.kernel.errors import InvalidInput

PAPERS: dict[str, tuple[float, float]] = {"letter": LETTER, "a4": A4}
"""Paper by name, as (width, height) in points."""

_EDGE = 43.0
_INK, _SOFT, _HAIR = 0.0, 0.38, 0.75  # gray: text, captions, hairlines


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: ``share`` of the width beside its siblings'. ``box`` draws an empty square to tick."""

    title: str
    share: float
    align: str = "left"
    bold: bool = False
    box: bool = False
    size: float = 9.0


class Sheets:
    """A PDF being written: :meth:`begin` a document, add to it from the top down, and take the bytes from :meth:`pdf`.

    Every document starts on a page of its own and counts its own pages. The same calls give the same bytes.
    """

    def __init__(self, *, title: str, paper: str = "letter") -> None:
        if paper not in PAPERS:
            raise InvalidInput(field="paper", reason=f"{paper!r} is not one of {', '.join(PAPERS)}")
        self._width, self._height = PAPERS[paper]
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=PAPERS[paper], invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._kept: list[dict[str, Any]] = []  # the document's pages, waiting for their count
        self._y = 0.0
        self._open = False

    @property
    def _room(self) -> float:
        return self._width - 2 * _EDGE

    def begin(self, *, title: str, number: str, barcode: str = "") -> None:
        """Start a document: its title and number head every page; ``barcode`` (Code 128) stands at the first one's right."""
        self._close()
        self._title, self._number, self._open = title, number, True
        top = _EDGE + 16
        self._say(_EDGE, top, 21, title, room=self._room * 0.6, bold=True)
        self._say(_EDGE, top + 17, 11, number, room=self._room * 0.5)
        self._barcode(barcode)
        self._y = top + 30
        self._line(self._y, 1.0)
        self._y += 6

    def _barcode(self, text: str) -> None:
        """The number as bars, where bars can hold it in the room there is: a slip never fails for its barcode."""
        if not (text.isascii() and text.isprintable() and text):
            return
        count = len(modules(Symbology.CODE_128, text)[0])
        for module in (0.33, 0.25, 0.19):
            wide = count * module * MM
            if wide <= self._room * 0.45:
                bars = Bars(self._width - _EDGE - wide / 2, _EDGE - 4, 30, module, Symbology.CODE_128, text)
                draw(self._canvas, bars, self._height)
                self._say(self._width - _EDGE - 200, _EDGE + 36, 8, text, room=200, align="right")
                return

    def facts(self, facts: Sequence[tuple[str, str]], *, columns: int = 4) -> None:
        """Small captions over their values, ``columns`` in a row."""
        pitch = self._room / columns
        for first in range(0, len(facts), columns):
            self._need(30)
            for i, (caption, value) in enumerate(facts[first : first + columns]):
                x = _EDGE + i * pitch
                self._say(x, self._y + 10, 6.5, caption.upper(), room=pitch - 10, gray=_SOFT)
                self._say(x, self._y + 22, 10, value or "–", room=pitch - 10)
            self._y += 30

    def addresses(self, addresses: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Captioned addresses side by side."""
        pitch = self._room / max(len(addresses), 1)
        high = 16 + 13 * max((len(lines) for _, lines in addresses), default=0) + 6
        self._need(high)
        for i, (caption, lines) in enumerate(addresses):
            x = _EDGE + i * pitch
            self._say(x, self._y + 10, 6.5, caption.upper(), room=pitch - 10, gray=_SOFT)
            for j, line in enumerate(lines):
                self._say(x, self._y + 23 + 13 * j, 10, line, room=pitch - 10, bold=j == 0)
        self._y += high

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, row_height: float = 19.0) -> None:
        """A table; its heading stands again on every page it runs to. A row has one text for each column."""
        self._need(24 + row_height)
        self._y += 4
        places = self._places(columns)
        self._heading(columns, places)
        for row in rows:
            if self._y + row_height > self._bottom:
                self._turn()
                self._heading(columns, places)
            base = self._y + row_height / 2 + 3.2
            for column, (x, room), text in zip(columns, places, row, strict=True):
                if column.box:
                    self._canvas.setLineWidth(0.8)
                    self._canvas.setStrokeGray(_INK)
                    self._canvas.rect(x + room - 11, self._height - self._y - row_height / 2 - 5.5, 11, 11)
                elif text:
                    self._say(x, base, column.size, text, room=room, bold=column.bold, align=column.align)
            self._y += row_height
            self._line(self._y, 0.3, gray=_HAIR)
        self._y += 6

    def totals(self, totals: Sequence[tuple[str, str]]) -> None:
        """Captioned sums at the right, each on a line."""
        self._need(15 * len(totals))
        for caption, value in totals:
            self._say(self._width - _EDGE - 240, self._y + 12, 9, caption, room=150, align="right", gray=_SOFT)
            self._say(self._width - _EDGE - 84, self._y + 12, 10, value, room=84, bold=True, align="right")
            self._y += 15
        self._y += 8

    def note(self, text: str, *, size: float = 9.5) -> None:
        """A paragraph, broken at spaces."""
        self._y += 6
        for paragraph in text.splitlines():
            for line in _broken(paragraph, size, self._room):
                self._need(size * 1.4)
                self._say(_EDGE, self._y + size, size, line, room=self._room)
                self._y += size * 1.4

    def signatures(self, captions: Sequence[str]) -> None:
        """Lines to sign or write on, side by side."""
        self._need(58)
        pitch = self._room / max(len(captions), 1)
        for i, caption in enumerate(captions):
            x = _EDGE + i * pitch
            self._line(self._y + 42, 0.6, left=x, right=x + pitch - 14)
            self._say(x, self._y + 51, 6.5, caption.upper(), room=pitch - 14, gray=_SOFT)
        self._y += 58

    def pdf(self) -> bytes:
        """The finished PDF; nothing can be added after."""
        self._close()
        self._canvas.save()
        return self._buffer.getvalue()

    @property
    def _bottom(self) -> float:
        return self._height - _EDGE - 14

    def _need(self, high: float) -> None:
        if self._y + high > self._bottom:
            self._turn()

    def _turn(self) -> None:
        self._keep()
        self._say(_EDGE, _EDGE, 9, f"{self._title}  {self._number}", room=self._room, bold=True)
        self._line(_EDGE + 6, 0.6)
        self._y = _EDGE + 14

    def _keep(self) -> None:
        """Set the page aside, its footer still open: the number of pages is not known before the last."""
        self._kept.append(dict(self._canvas.__dict__))
        self._canvas._startPage()

    def _close(self) -> None:
        if not self._open:
            return
        self._keep()
        for number, page in enumerate(self._kept, 1):
            self._canvas.__dict__.update(page)
            base = self._height - _EDGE + 8
            self._say(_EDGE, base, 7, self._number, room=300, gray=_SOFT)
            count = f"Page {number} of {len(self._kept)}"
            self._say(self._width - _EDGE - 120, base, 7, count, room=120, align="right", gray=_SOFT)
            self._canvas.showPage()
        self._kept, self._open = [], False

    def _places(self, columns: Sequence[Column]) -> list[tuple[float, float]]:
        whole, x, gap, places = sum(c.share for c in columns), _EDGE, 8.0, []
        for column in columns:
            wide = column.share / whole * self._room
            last = column is columns[-1]
            places.append((x, wide if last else wide - gap))
            x += wide
        return places

    def _heading(self, columns: Sequence[Column], places: Sequence[tuple[float, float]]) -> None:
        for column, (x, room) in zip(columns, places, strict=True):
            align = "right" if column.box else column.align
            self._say(x, self._y + 11, 6.5, column.title.upper(), room=room, bold=True, align=align)
        self._y += 16
        self._line(self._y, 0.8)

    def _line(self, y: float, thick: float, *, gray: float = _INK, left: float = _EDGE, right: float | None = None) -> None:
        self._canvas.setLineWidth(thick)
        self._canvas.setStrokeGray(gray)
        self._canvas.line(left, self._height - y, self._width - _EDGE if right is None else right, self._height - y)

    def _say(
        self,
        x: float,
        y: float,
        size: float,
        text: str,
        *,
        room: float,
        bold: bool = False,
        align: str = "left",
        gray: float = _INK,
    ) -> None:
        self._canvas.setFillGray(gray)
        draw(self._canvas, Text(x, y, size, text, room, bold, align), self._height)
        if gray != _INK:
            self._canvas.setFillGray(_INK)


def _broken(text: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and lettering.width(longer, size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
