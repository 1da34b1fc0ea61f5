"""Look up: scan anything and be told what it is, where it lies or what is in it, and what waits to be done with it. Changes
nothing. Command: ``!end``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan
from orderhouse.wms.floor.flows.effects import Effect
from orderhouse.wms.floor.flows.machine import Answer, State, Step, Successors, is_command, named, unknown_command

SUCCESSORS: Successors = {"look": frozenset({"look", "ended"}), "ended": frozenset({"ended"})}

COMMANDS = ("!end",)


@dataclass(slots=True)
class Found:
    """What a scan names: ``title`` (bin A-12, MUG), one ``sentence``, and ``rows`` of (what, where or how many)."""

    kind: str
    title: str
    sentence: str
    rows: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Facts:
    """What was found for each scan, by its text as it arrived; the barcodes scanned with their items' names."""

    found: Mapping[str, Found] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


def start(facts: Facts) -> State:
    """With nothing looked at."""
    return {"at": "look"}


def resume(state: State, facts: Facts) -> State:
    """As it began: what was seen before may have moved."""
    return start(facts)


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """Tell what was scanned."""
    if state["at"] == "ended":
        return _answer(state, False, say.HAS_ENDED)
    if is_command(scan):
        if scan.value == "!end":
            return _answer({"at": "ended"}, True, say.ENDED)
        return _answer(state, False, unknown_command(scan, COMMANDS))
    found = facts.found.get(scan.raw)
    if found is None:
        return _answer({"at": "look"}, False, say.LOOK_NOTHING.format(scanned=named(scan, facts.barcodes, facts.names)))
    data = {"kind": found.kind, "title": found.title, "rows": [list(row) for row in found.rows]}
    return _answer({"at": "look"}, True, found.sentence, data)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state: what was found is in the answer alone."""
    return state["at"], {}


def apply(facts: Facts, effect: Effect) -> None:
    """Nothing is ever changed."""


def _answer(state: State, ok: bool, sentence: str, data: dict[str, Any] | None = None) -> Step:
    return Step(state, (), Answer(ok, f"lookup.{state['at']}", sentence, data or {}))
