"""Every pair of colors that text is written in, in both themes, by the formula of WCAG 2.2 (1.4.3: 4.5 for text; 1.4.11: 3 for the
edges of inputs)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import orderhouse.console

CSS = (Path(orderhouse.console.__file__).parent / "static" / "console" / "console.css").read_text(encoding="utf-8")
GROUNDS = ("ground", "paper", "soft")
TEXT = [(text, ground) for text in ("ink", "mute", "act", "good", "risk", "bad", "held") for ground in GROUNDS]
TEXT += [(tone, f"{tone}-soft") for tone in ("act", "good", "risk", "bad", "held")]
TEXT += [("ink", f"{tone}-soft") for tone in ("act", "good", "risk", "bad", "held")]
EDGES = [("edge", "paper"), ("edge", "ground")]


def tokens(theme: str) -> dict[str, str]:
    """The colors of a theme; the dark one begins with the light one's and puts its own in their place."""
    light = re.search(r"^:root \{(.*?)^\}", CSS, re.DOTALL | re.MULTILINE)
    dark = re.search(r'^\[data-bs-theme="dark"\] \{(.*?)^\}', CSS, re.DOTALL | re.MULTILINE)
    assert light
    assert dark
    text = light[1] + (dark[1] if theme == "dark" else "")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", text))


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_on_white() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_every_ground_it_is_written_on(theme: str) -> None:
    colors = tokens(theme)
    faint = {f"{a} on {b}": round(contrast(colors[a], colors[b]), 2) for a, b in TEXT if contrast(colors[a], colors[b]) < 4.5}
    assert faint == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edges_of_inputs_are_seen(theme: str) -> None:
    colors = tokens(theme)
    assert {f"{a} on {b}": contrast(colors[a], colors[b]) for a, b in EDGES if contrast(colors[a], colors[b]) < 3} == {}


def test_white_words_on_the_main_button_can_be_read() -> None:
    (ground,) = set(re.findall(r"\.btn-primary \{ background: (#[0-9a-f]{6})", CSS))
    assert contrast("#ffffff", ground) >= 4.5
