"""A label's ZPL II as a picture: what the printer will print, for a screen.

It knows the commands we write, and draws them as a printer would, Code 128 by its own table (ISO/IEC 15417). ZPL with anything
else in it, as a carrier may send, has no picture here: a wrong one would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_WIDTHS = re.findall(
    "[1-4]{6}",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232",
)
_STOP = "2331112"
_IN_B = {"<": "^", "0": ">", "=": "~"}
_KNOWN = {"XA", "XZ", "CI", "LH", "PW", "LL", "FO", "FT", "BY", "BC", "FH", "FD", "FS", "A0", "FB", "GB", "GF"}


def zpl_picture(zpl: str) -> str | None:
    """The first label as a self-contained SVG, a unit a dot, black on white; None where a command in it is not known."""
    first = zpl.partition("^XZ")[0].replace("\n", "")
    commands = re.findall(r"\^([A-Z][A-Z0-9])([^^]*)", first)
    if not commands or any(name not in _KNOWN for name, _ in commands):
        return None
    try:
        return _drawn(commands)
    except (ValueError, IndexError, KeyError):
        return None


def _drawn(commands: list[tuple[str, str]]) -> str:
    size = {name: int(rest) for name, rest in commands if name in ("PW", "LL")}
    marks: list[str] = []
    x = y = height = bars = room = 0
    module, align, data = 1, "L", ""
    for name, rest in commands:
        match name:
            case "FO" | "FT":
                x, y = (int(n) for n in rest.split(",")[:2])
            case "BY":
                module = int(rest.split(",")[0])
            case "A0":
                height = int(rest.split(",")[1])
            case "BC":
                bars = int(rest.split(",")[1])
            case "FB":
                given = rest.split(",")
                room, align = int(given[0]), given[3]
            case "FD":
                data = re.sub(rb"_([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), rest.encode()).decode("utf-8", "replace")
            case "GB":
                wide, high = (int(n) for n in rest.split(",")[:2])
                marks.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{high}"/>')
            case "GF":
                marks.append(_graphic(rest, x, y))
            case "FS":
                if bars:
                    marks.append(_path(((at * module, run * module) for at, run in _runs(_words(data))), x, y, bars))
                elif data:
                    marks.append(_text(data, x, y, height, room, align))
                height, bars, room, align, data = height, 0, 0, "L", ""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size["PW"]} {size["LL"]}" width="{size["PW"]}" height="{size["LL"]}">'
    return f'{head}<rect width="100%" height="100%" fill="#fff"/><g fill="#000">{"".join(marks)}</g></svg>'


def _text(text: str, x: int, y: int, height: int, room: int, align: str) -> str:
    anchor, at = {"C": ("middle", x + room / 2), "R": ("end", x + room)}.get(align, ("start", float(x)))
    # the printer's scalable face is narrow and bold: its digits are half as wide as high
    return (
        f'<text x="{at:g}" y="{y}" font-size="{height}" text-anchor="{anchor}" font-weight="700" '
        f'font-family="Roboto Condensed, Arial Narrow, Liberation Sans Narrow, sans-serif">{escape(text)}</text>'
    )


def _words(data: str) -> list[int]:
    """The symbol characters, start first and check last, of ^BC field data in mode N."""
    word, subset = {">:": (104, "B"), ">;": (105, "C")}[data[:2]]
    words, at = [word], 2
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


def _runs(words: list[int]) -> list[tuple[int, int]]:
    """The dark runs of a Code 128, as (first module, modules)."""
    runs, at = [], 0
    for i, wide in enumerate(int(w) for w in "".join(_WIDTHS[word] for word in words) + _STOP):
        if i % 2 == 0:
            runs.append((at, wide))
        at += wide
    return runs


def _graphic(rest: str, x: int, y: int) -> str:
    kind, _, _, in_bytes, drawn = rest.split(",")
    if kind != "A":
        raise ValueError(kind)
    rows: list[str] = []
    for found in re.finditer(rf"[0-9A-F]{{{2 * int(in_bytes)}}}|:", drawn):
        rows.append(rows[-1] if found[0] == ":" else found[0])
    paths, at = [], 0
    while at < len(rows):
        high = next((n for n in range(at, len(rows)) if rows[n] != rows[at]), len(rows)) - at
        bits = f"{int(rows[at], 16):0{len(rows[at]) * 4}b}"
        paths.append(_path(((m.start(), m.end() - m.start()) for m in re.finditer("1+", bits)), x, y + at, high))
        at += high
    return "".join(paths)


def _path(runs: Iterable[tuple[int, int]], x: int, y: int, height: int) -> str:
    drawn = "".join(f"M{x + at} {y}h{run}v{height}h-{run}z" for at, run in runs)
    return f'<path d="{drawn}"/>' if drawn else ""
