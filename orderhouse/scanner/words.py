"""All words of a scanner, which must go on speaking without a network: what its page says itself, every sentence of the floor, and
every screen with the names of what it shows still standing in it (``Go to {bin}``)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from orderhouse.scanner.doors import answer, at_anyone
from orderhouse.scanner.interface import interface
from orderhouse.wms.floor import sentences
from orderhouse.wms.floor.flows import FLOWS
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.screens import draw

SHOWN = (
    *("bin", "sku", "name", "lot", "quantity", "counted", "order", "tote", "tour", "receipt", "condition", "source"),
    *("checked", "units", "grams", "title"),
)
"""What screens show; figures of progress are the scanner's own arithmetic."""


@at_anyone("GET")
def words(request: HttpRequest, _: None) -> HttpResponse:
    """The page's texts by key, the floor's sentences by name, its screens by flow and step."""
    return answer(spoken())


def spoken() -> dict[str, Any]:
    return {"language": get_language() or "en", "interface": interface(), "say": say(), "screens": screens()}


def say() -> dict[str, str]:
    return {name: value for name, value in vars(sentences).items() if name.isupper() and isinstance(value, str)}


def screens() -> dict[str, Any]:
    names = {name: f"{{{name}}}" for name in SHOWN}
    drawn: dict[str, Any] = {}
    for flow, machine in FLOWS.items():
        for step in (*machine.SUCCESSORS, "stop"):
            screen = asdict(draw(Answer(True, f"{flow}.{step}", "", names)))
            drawn[f"{flow}.{step}"] = {key: screen[key] for key in ("title", "big", "detail", "scan", "buttons")}
    return drawn
