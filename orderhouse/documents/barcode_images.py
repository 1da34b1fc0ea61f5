"""Barcodes drawn: as modules for vector drawing, as PNG for a screen, as SVG for a page."""

from __future__ import annotations

import struct
import zlib
from enum import StrEnum
from functools import lru_cache
from typing import Any

import zxingcpp

from orderhouse.kernel.errors import InvalidInput


class Symbology(StrEnum):
    """The symbols we print. The GS1 ones take element strings with their identifiers in brackets, round
    (``(00)106141411234567897``) or square (``[01]09506000134352[10]A(1)``, where a value holds round ones)."""

    GS1_128 = "gs1-128"
    CODE_128 = "code-128"
    GS1_DATA_MATRIX = "gs1-data-matrix"
    DATA_MATRIX = "data-matrix"
    QR_CODE = "qr-code"
    EAN_13 = "ean-13"
    EAN_8 = "ean-8"
    UPC_A = "upc-a"
    ITF_14 = "itf-14"

    @property
    def is_matrix(self) -> bool:
        """Whether the symbol is two-dimensional: a square of modules rather than bars."""
        return self in (Symbology.GS1_DATA_MATRIX, Symbology.DATA_MATRIX, Symbology.QR_CODE)


_FORMATS = zxingcpp.BarcodeFormat
_MAKES: dict[Symbology, tuple[zxingcpp.BarcodeFormat, dict[str, Any]]] = {
    Symbology.GS1_128: (_FORMATS.Code128, {"gs1": True}),
    Symbology.CODE_128: (_FORMATS.Code128, {}),
    Symbology.GS1_DATA_MATRIX: (_FORMATS.DataMatrix, {"gs1": True, "force_square": True}),
    Symbology.DATA_MATRIX: (_FORMATS.DataMatrix, {"force_square": True}),
    Symbology.QR_CODE: (_FORMATS.QRCode, {"ec_level": "M"}),
    Symbology.EAN_13: (_FORMATS.EAN13, {}),
    Symbology.EAN_8: (_FORMATS.EAN8, {}),
    Symbology.UPC_A: (_FORMATS.UPCA, {}),
    Symbology.ITF_14: (_FORMATS.ITF14, {}),
}
_DIGITS = {Symbology.EAN_13: 13, Symbology.EAN_8: 8, Symbology.UPC_A: 12, Symbology.ITF_14: 14}


@lru_cache(maxsize=4096)
def modules(symbology: Symbology, text: str) -> tuple[bytes, ...]:
    """The symbol without its quiet zone: one row for bars, all rows for a matrix; a byte a module, 1 dark, 0 light.

    ``text`` for EAN, UPC and ITF includes the check digit. Raises ``InvalidInput`` (field ``barcode``) for a text the
    symbol cannot hold.
    """
    flat, width, height = _pixels(symbology, text, scale=1, quiet=symbology is Symbology.ITF_14)
    flat = flat.translate(_DARK)
    rows = tuple(flat[y * width : (y + 1) * width] for y in range(height))
    if symbology.is_matrix:
        return rows
    if symbology is Symbology.ITF_14:  # drawn inside bearer bars, its quiet zones inside them too: keep the bars alone
        return (rows[height // 2].strip(b"\1").strip(b"\0"),)
    return rows[:1]


def render_png(symbology: Symbology, text: str, *, scale: int = 3) -> bytes:
    """A grayscale PNG with quiet zones, ``scale`` pixels a module. Raises as :func:`modules`."""
    flat, width, height = _pixels(symbology, text, scale=2 * scale if symbology.is_matrix else scale, quiet=True)
    lines = b"".join(b"\0" + flat[y * width : (y + 1) * width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # 8 bits, grayscale (PNG, W3C, section 11.2.2)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 6)) + _chunk(b"IEND", b"")


def render_svg(symbology: Symbology, text: str, *, module: float = 2.0, height: float = 60.0) -> str:
    """A self-contained SVG with quiet zones: ``module`` units wide a module, bars ``height`` units high. Raises as
    :func:`modules`."""
    rows = modules(symbology, text)
    quiet = 4 if symbology.is_matrix else 11  # modules: the widest any of these symbols asks for (EAN-13, left)
    bar = module if symbology.is_matrix else height
    top = quiet * module if symbology.is_matrix else 0.0
    path = "".join(
        f"M{(quiet + x) * module:g} {top + y * bar:g}h{run * module:g}v{bar:g}h-{run * module:g}z"
        for y, row in enumerate(rows)
        for x, run in runs(row)
    )
    wide = (len(rows[0]) + 2 * quiet) * module
    high = (len(rows) + 2 * quiet) * module if symbology.is_matrix else height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{wide:g}v{high:g}H0z"/><path d="{path}"/></svg>'
    )


def runs(row: bytes) -> list[tuple[int, int]]:
    """The dark runs of a row as (first module, modules)."""
    found, x = [], 0
    while (start := row.find(1, x)) >= 0:
        end = row.find(0, start)
        x = end if end >= 0 else len(row)
        found.append((start, x - start))
    return found


_DARK = bytes(1 if value < 128 else 0 for value in range(256))


def _pixels(symbology: Symbology, text: str, *, scale: int, quiet: bool) -> tuple[bytes, int, int]:
    """Gray levels row by row, width and height."""
    digits = _DIGITS.get(symbology)
    if digits and not (len(text) == digits and text.isascii() and text.isdigit()):
        raise InvalidInput(field="barcode", reason=f"{text!r} is not the {digits} digits of a symbol of type {symbology}")
    makes, options = _MAKES[symbology]
    try:
        image: Any = zxingcpp.create_barcode(text, makes, **options).to_image(scale=scale, add_quiet_zones=quiet)
    except (ValueError, RuntimeError) as error:  # RuntimeError: text that is no UTF-8, such as a lone surrogate
        # the encoder appends its own return code to the sentence
        why = str(error).split(" (retval")[0].rstrip(".")
        raise InvalidInput(field="barcode", reason=f"{text[:60]!r} cannot be a symbol of type {symbology}: {why}")
    height, width = image.shape
    return bytes(memoryview(image)), width, height


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
