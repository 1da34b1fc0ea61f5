"""A QR code as the one path of an SVG."""

from __future__ import annotations

import re
from typing import NamedTuple

import zxingcpp


class Qr(NamedTuple):
    """The side of the square in modules, quiet zone included, and the dark modules as a path."""

    side: int
    path: str


def qr_code(text: str) -> Qr:
    """``text`` as a QR code of medium error correction."""
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_svg(add_quiet_zones=True)
    side, path = re.search(r'<svg width="(\d+)"', drawn), re.search(r' d="([MmHhVvZzLl0-9 .-]+)"', drawn)
    if side is None or path is None:
        raise ValueError("the drawing of the barcode is not the one this reads")
    return Qr(int(side[1]), path[1])
