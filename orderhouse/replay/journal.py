"""What a replay has done so far, kept as events in the business itself, so that a run goes on where it was killed.

A step that could not be repeated without harm marks itself in its own transaction; everything else is safe to do again.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from orderhouse.contract.events import Event, record_events, story
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal


class AnotherReplay(Refusal):
    """A business lives one file through, with one seed."""

    sentence = "The business {code} {what}."
    remedy = "Name another --business, or begin a new one with --fresh."


class Journal:
    """The story of one replay in one business. ``steps`` of the day under way; ``days`` done, with what each recorded;
    ``marks`` what each step recorded."""

    def __init__(self, tenant_id: int) -> None:
        self._tenant_id = tenant_id
        self.opened: dict[str, Any] | None = None
        self.days: dict[date, dict[str, Any]] = {}
        self.marks: list[dict[str, Any]] = []
        self._steps: set[tuple[date, str]] = set()
        for event in story(tenant_id, "replay", tenant_id):
            if event.type == "replay-opened":
                self.opened = event.facts
            elif event.type == "replay-day-done":
                self.days[date.fromisoformat(event.facts["day"])] = event.facts
            elif event.type == "replay-step-done":
                self._steps.add((date.fromisoformat(event.facts["day"]), event.facts["step"]))
                self.marks.append(event.facts)

    def open(self, by: By, facts: dict[str, Any]) -> None:
        """Write down which file this business lives through."""
        self.opened = facts
        self._record(by, "replay-opened", facts)

    def is_done(self, day: date, step: str) -> bool:
        return (day, step) in self._steps

    def mark(self, by: By, day: date, step: str, **facts: Any) -> None:
        """The step is done, in the caller's transaction."""
        self._steps.add((day, step))
        self.marks.append({"day": day.isoformat(), "step": step, **facts})
        self._record(by, "replay-step-done", self.marks[-1])

    def close_day(self, by: By, day: date, facts: dict[str, Any]) -> None:
        """The day is done, and took so long."""
        self.days[day] = {"day": day.isoformat(), **facts}
        self._record(by, "replay-day-done", {"day": day, **facts})

    def _record(self, by: By, type_: str, facts: dict[str, Any]) -> None:
        record_events(by=by, events=[Event("replay", self._tenant_id, type_, facts)])


def fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
