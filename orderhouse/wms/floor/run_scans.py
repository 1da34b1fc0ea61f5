"""Scans through their flow, one after the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from orderhouse.kernel.quantities import MAX_QUANTITY
from orderhouse.wms.floor import sentences
from orderhouse.wms.floor.barcodes import MAX_LENGTH, Scan, UnreadableScan, read
from orderhouse.wms.floor.flows import FLOWS
from orderhouse.wms.floor.flows.effects import Effect
from orderhouse.wms.floor.flows.machine import Answer, State, check_step


class ScanInput(NamedTuple):
    """One scan as its device sent it. ``scan_id`` is made by the device; ``quantity`` was keyed in with it; ``at`` is the
    device's clock, for people to read."""

    scan_id: UUID
    text: str
    quantity: int | None = None
    at: datetime | None = None

    @property
    def storable_text(self) -> str:
        """The text as a database can keep it: no NUL, no lone surrogate, not longer than a label."""
        return self.text[:MAX_LENGTH].replace("\x00", "").encode("utf-8", "replace").decode()

    @property
    def storable_quantity(self) -> int | None:
        return self.quantity if self.quantity is None or abs(self.quantity) <= MAX_QUANTITY else None


Entry = tuple[ScanInput, Scan | UnreadableScan]
"""A scan with what was read of it, or why nothing could be."""


def entry_of(scan: ScanInput) -> Entry:
    """The scan, read."""
    try:
        return scan, read(scan.text)
    except UnreadableScan as unreadable:
        return scan, unreadable


def readable(entries: Sequence[Entry]) -> list[Scan]:
    """What could be read of these scans."""
    return [scan for _, scan in entries if isinstance(scan, Scan)]


class Run(NamedTuple):
    """What scans came to: the last state, the effects, each with the place of the scan it belongs to, and the answers."""

    state: State
    effects: list[Effect]
    owners: list[int]
    answers: list[Answer]


def run(name: str, state: State, entries: Sequence[Entry], facts: Any) -> Run:
    """Run scans through the flow of this name. The facts follow the effects. Raises :class:`IllegalStep`."""
    machine = FLOWS[name]
    effects: list[Effect] = []
    owners: list[int] = []
    answers: list[Answer] = []
    for at, (entry, scan) in enumerate(entries):
        if isinstance(scan, UnreadableScan) or (entry.quantity is not None and abs(entry.quantity) > MAX_QUANTITY):
            told = str(scan) if isinstance(scan, UnreadableScan) else sentences.QUANTITY_TOO_LARGE.format(quantity=entry.quantity)
            screen, data = machine.look(state, facts)
            answers.append(Answer(False, f"{name}.{screen}", told, data))
            continue
        step = machine.step(state, scan, entry.quantity, facts)
        check_step(name, machine.SUCCESSORS, state, step.state)
        for effect in step.effects:
            machine.apply(facts, effect)
            effects.append(effect)
            owners.append(at)
        state = step.state
        answers.append(step.answer)
    return Run(state, effects, owners, answers)
