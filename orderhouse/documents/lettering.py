"""Which face draws a text in a PDF, and what becomes of the characters no face can draw.

Western European text (Windows-1252) is set in Helvetica, which every PDF reader has. For the rest the Vera faces that
come with reportlab are embedded: they add Polish Ł ł, Czech Č č Ď ď, Croatian Ć ć Đ đ, Turkish Ğ ğ İ ı Ş ş and little
else. A character beyond them loses its accent (Ő to O), or is romanized (Cyrillic, Greek), or is marked ``?``; a house
that ships to such addresses names a wider face once by :func:`use_fonts`. ZPL labels need none of this.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

MARK = "?"
"""Stands for one character that could not be drawn."""

_wide = {"regular": "Vera.ttf", "bold": "VeraBd.ttf"}


def use_fonts(*, regular: Path, bold: Path) -> None:
    """Draw text beyond Windows-1252 with these TrueType files instead of Vera, in this process.

    Raises reportlab's ``TTFError`` for a file that is no TrueType font.
    """
    for weight, path in (("regular", regular), ("bold", bold)):
        TTFont("probe", str(path))
        _wide[weight] = str(path)
    for cached in (_embedded, set_text, fit):
        cached.cache_clear()


def undrawable(text: str) -> str:
    """The characters of ``text`` that a PDF will show as :data:`MARK`, each once, so that someone can be warned."""
    glyphs = _embedded("regular")[1]
    return "".join(dict.fromkeys(c for c in _plain(text) if not _is_western(c) and _romanized(c, glyphs) == MARK))


@lru_cache(maxsize=16384)
def set_text(text: str, bold: bool = False) -> tuple[str, str]:
    """The face to draw ``text`` with, and the text it can draw. Control characters become spaces."""
    text = _plain(text)
    if _is_western(text):
        return ("Helvetica-Bold" if bold else "Helvetica"), text
    face, glyphs = _embedded("bold" if bold else "regular")
    drawn = "".join(c if ord(c) in glyphs else _romanized(c, glyphs) for c in text)
    return (("Helvetica-Bold" if bold else "Helvetica"), drawn) if _is_western(drawn) else (face, drawn)


def width(text: str, size: float, bold: bool = False) -> float:
    """Points wide when set at ``size`` points."""
    face, drawn = set_text(text, bold)
    return float(pdfmetrics.stringWidth(drawn, face, size))


@lru_cache(maxsize=16384)
def fit(text: str, size: float, room: float, bold: bool = False) -> tuple[str, float]:
    """The text and size that fill at most ``room`` points: smaller first, to 60 %, then cut with an ellipsis."""
    wide = width(text, size, bold)
    if wide <= room:
        return text, size
    smallest = 0.6 * size
    if wide * smallest / size <= room:
        return text, size * room / wide
    kept = int(len(text) * room / (wide * smallest / size))
    while kept > 0 and width(text[:kept].rstrip() + "…", smallest, bold) > room:
        kept -= 1
    return text[:kept].rstrip() + "…", smallest


_CYRILLIC = (
    "а a б b в v г g д d е e ё yo ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch "
    "ъ - ы y ь ' э e ю yu я ya і i ї yi є ye ґ g ў u ј j љ lj њ nj ћ c ђ dj џ dz"
)
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
_OTHER = "ħ h ŋ ng ŧ t ĸ k ə e ɓ b ɗ d ẞ SS ‐ - ‑ - ‒ - ― - ′ ' ″ \" № No ← <- → -> ✓ v"
_ROMAN: dict[str, str] = {}
for _table in (_CYRILLIC, _GREEK, _OTHER):
    _pairs = _table.split(" ")
    _ROMAN.update(zip(_pairs[::2], _pairs[1::2], strict=True))
_ROMAN["ъ"] = ""
_ROMAN |= {letter.upper(): roman.capitalize() for letter, roman in _ROMAN.items() if len(letter.upper()) == 1}


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else "" if _is_format(c) else MARK
        for c in text
    )


def _is_format(c: str) -> bool:
    return unicodedata.category(c) == "Cf"


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _romanized(c: str, glyphs: frozenset[int]) -> str:
    """``c`` in characters the faces have: itself, its roman letters, its base letter, or the mark."""
    if ord(c) in glyphs or _is_western(c):
        return c
    if c in _ROMAN:
        return _ROMAN[c]
    if unicodedata.category(c)[0] == "M":
        return ""
    bases = [b for b in unicodedata.normalize("NFKD", c) if unicodedata.category(b)[0] != "M"]
    if bases and bases != [c]:
        return "".join(_romanized(b, glyphs) for b in bases)
    return MARK


@lru_cache(maxsize=2)
def _embedded(weight: str) -> tuple[str, frozenset[int]]:
    font = TTFont(f"Orderhouse-{weight}-{Path(_wide[weight]).stem}", _wide[weight])
    pdfmetrics.registerFont(font)
    return font.fontName, frozenset(font.face.charToGlyph)
