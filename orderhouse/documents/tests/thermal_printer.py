"""A small thermal printer: reads the ZPL we write and sets dots, knowing Code 128 by its own table (ISO/IEC 15417).

It draws ^GB, ^GFA and ^BC fields and keeps ^FD texts; anything it does not know is an error, never skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_WIDTHS = re.findall(
    "[1-4]{6}",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 "
    "211232 ",
)
_STOP = "2331112"
_IN_B = {"<": "^", "0": ">", "=": "~"}


@dataclass
class Printed:
    """What came out: ``dots`` (rows by columns, 1 black), texts and symbols by their (x, y)."""

    dots: NDArray[np.uint8]
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    symbols: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def image(self) -> NDArray[np.uint8]:
        return np.where(self.dots == 1, 0, 255).astype(np.uint8)


def print_label(zpl: str) -> Printed:
    """One label's dots. Raises ``ValueError`` for a command it does not know, or a dot beside the label."""
    assert zpl.isascii()
    commands = re.findall(r"\^([A-Z][A-Z0-9])([^^]*)", zpl.replace("\n", ""))
    assert "".join(f"^{name}{rest}" for name, rest in commands) == zpl.replace("\n", "")
    size = {name: int(rest) for name, rest in commands if name in ("PW", "LL")}
    out = Printed(np.zeros((size["LL"], size["PW"]), dtype=np.uint8))
    at, module, bars, data, hexed = (0, 0), 1, 0, "", False
    for name, rest in commands:
        match name:
            case "FO" | "FT":
                at = tuple(int(n) for n in rest.split(","))  # type: ignore[assignment]
            case "BY":
                module = int(rest)
            case "BC":
                bars = int(rest.split(",")[1])
            case "FH":
                hexed = rest == "_"
            case "FD":
                assert hexed
                data = re.sub(rb"_([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), rest.encode()).decode()
            case "GB":
                wide, high, _ = (int(n) for n in rest.split(","))
                _set(out.dots, at, np.ones((min(high, size["LL"] - at[1]), min(wide, size["PW"] - at[0])), dtype=np.uint8))
            case "GF":
                _set(out.dots, at, _picture(rest))
            case "FS" if bars:
                out.symbols[at] = code_words(data)
                row = np.repeat(_modules(out.symbols[at]), module)
                _set(out.dots, at, np.tile(row, (bars, 1)))
            case "FS" if data:
                out.texts[at] = data
            case "XA" | "XZ" | "CI" | "PW" | "LL" | "LH" | "A0" | "FB" | "FS":
                pass
            case _:
                raise ValueError(name)
        if name == "FS":
            bars, data, hexed = 0, "", False
    return out


def code_words(data: str) -> list[int]:
    """The symbol characters, start first and check last, of ^BC field data in mode N."""
    starts = {">:": (104, "B"), ">;": (105, "C")}
    (word, subset), at = starts[data[:2]], 2
    words = [word]
    while at < len(data):
        pair = data[at : at + 2]
        if pair == ">8":
            words.append(102)
        elif pair == ">6" and subset == "C":
            words.append(100)
            subset = "B"
        elif subset == "C":
            words.append(int(pair))
        else:
            c, at = (_IN_B[pair[1]], at) if pair[0] == ">" else (pair[0], at - 1)
            words.append(ord(c) - 32)
        at += 2
    return [*words, (words[0] + sum(i * word for i, word in enumerate(words))) % 103]


def _modules(words: list[int]) -> NDArray[np.uint8]:
    widths = "".join(_WIDTHS[word] for word in words) + _STOP
    return np.repeat(np.array([1 - i % 2 for i in range(len(widths))], dtype=np.uint8), [int(w) for w in widths])


def _picture(rest: str) -> NDArray[np.uint8]:
    kind, _, total, in_bytes, drawn = rest.split(",")
    assert kind == "A"
    rows: list[bytes] = []
    for found in re.finditer(rf"[0-9A-F]{{{2 * int(in_bytes)}}}|:", drawn):
        rows.append(rows[-1] if found[0] == ":" else bytes.fromhex(found[0]))
    assert len(rows) * int(in_bytes) == int(total)
    return np.unpackbits(np.array([list(row) for row in rows], dtype=np.uint8), axis=1)


def _set(dots: NDArray[np.uint8], at: tuple[int, int], stamp: NDArray[np.uint8]) -> None:
    (x, y), (high, wide) = at, stamp.shape
    if x < 0 or y < 0 or y + high > dots.shape[0] or x + wide > dots.shape[1]:
        raise ValueError(f"a mark of {wide} by {high} dots at {at} leaves the label")
    dots[y : y + high, x : x + wide] |= stamp
