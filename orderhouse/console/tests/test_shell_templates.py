"""Every English word of a page can be translated: templates hold none outside their translate tags."""

from __future__ import annotations

import re
from pathlib import Path

import orderhouse

ROOT = Path(orderhouse.__file__).parent
TEMPLATES = sorted(path for room in ("console", "scanner", "demo") for path in (ROOT / room).glob("templates/**/*.html"))
NAMES = {
    "Orderhouse",
    "Ctrl",
    "Enter",
    "Esc",
    "Space",
    "SKU",
    "SSCC",
    "GTIN",
    "PDF",
    "ZPL",
    "API",
    "CSV",
    "RMA",
    "ASN",
    "UTC",
    "Authorization",
    "Bearer",
    "oh",
    "kg",
    "km",
    "cm",
    "mm",
    "min",
}
"""Names, keys and units, which are the same in every language."""
SPOKEN = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "data-key-does")
"""Attributes that are read to people."""
BASELINE: frozenset[str] = frozenset()
"""Templates that still hold English; empty, and to stay so."""


def literals(text: str) -> list[str]:
    """The words a reader sees that no translate tag holds."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*blocktrans.*?endblocktrans(late)?\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b(?![^>]*/>).*?</\1>", _titles, text, flags=re.DOTALL)
    seen = [value for name in SPOKEN for _quote, value in re.findall(rf"\s{name}=(['\"])(.*?)\1", text, flags=re.DOTALL)]
    seen += re.sub(r"<[^>]*>", "\n", text, flags=re.DOTALL).split("\n")
    plain = (re.sub(r"&[a-z]+;|\b[A-Z0-9]+(-[A-Z0-9]+)+\b", " ", piece) for piece in seen)  # codes such as MUG-OAT are no words
    words = (re.findall(r"[A-Za-z]{2,}", piece) for piece in plain)
    return [" ".join(found) for found in words if set(found) - NAMES]


def _titles(drawing: re.Match[str]) -> str:
    """Of a drawing, what is read aloud or written in it."""
    return " ".join(re.findall(r"<(?:title|desc|text)[^>]*>.*?</(?:title|desc|text)>", drawing[0], flags=re.DOTALL))


def test_the_reader_of_templates_sees_what_a_person_sees() -> None:
    assert literals('<p title="Go">{% translate "Hello" %} there</p><a href="/people">{{ name }}</a>') == ["Go", "there"]
    assert literals("{% blocktranslate %}Hi {{ name }}{% endblocktranslate %}<kbd>Ctrl</kbd> &nbsp;<code>x</code>") == []


def test_no_template_holds_english_outside_its_translate_tags() -> None:
    assert TEMPLATES
    found = {str(path.relative_to(ROOT)): literals(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    offenders = {name: words for name, words in found.items() if words and name not in BASELINE}
    told = "\n".join(
        f"{name}: {'; '.join(words[:6])}{' …' if len(words) > 6 else ''}" for name, words in sorted(offenders.items())
    )
    assert not offenders, f"English outside translate tags in {len(offenders)} templates:\n{told}"
