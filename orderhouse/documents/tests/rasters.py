"""PDF pages as pixels and words, and the barcodes found in pixels."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from numpy.typing import NDArray
from PIL import Image


def pages(pdf: bytes, *, dpi: int = 203) -> list[NDArray[np.uint8]]:
    """Each page in grayscale."""
    document = pypdfium2.PdfDocument(pdf)
    return [np.asarray(page.render(scale=dpi / 72).to_pil().convert("L")) for page in document]


def words(pdf: bytes) -> list[str]:
    """Each page's text."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def from_png(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def decode(pixels: Any) -> dict[str, str]:
    """Every barcode found: its plain text (GS for FNC1), by AIM symbology identifier."""
    found = zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)
    return {code.symbology_identifier: code.text for code in found}
