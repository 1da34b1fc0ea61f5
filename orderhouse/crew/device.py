"""A worker's scanner: gathers scans without a network, syncs them, and reads the answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from orderhouse.kernel.actors import By
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.take_scan import ScanInput, start_session, take_scans

Say = tuple[str, int | None]
"""One scan to make: its text and the quantity keyed in with it."""


class Work(NamedTuple):
    """A piece of work on the scanner: its session, and what the scanner took along."""

    session_id: int
    first: Answer
    sheet: dict[str, Any]


class Device:
    """The scanner of one badge at one node. ``at`` moves its clock: a replay walks through its own calendar."""

    def __init__(self, by: By, *, node_id: int, badge: str, name: str) -> None:
        self.node_id, self.badge = node_id, badge
        self.by = replace(by, actor=badge, device=name)
        self._stamp = int.from_bytes(os.urandom(4), "big")
        self._next = 0
        self._last = by.at
        self.scans = 0

    def at(self, moment: datetime) -> None:
        self.by = self.by.when(moment)

    def start(self, flow: str, target: int | None = None) -> Work:
        """Begin (or go on with) a piece of work."""
        answer = start_session(by=self.by, node_id=self.node_id, badge=self.badge, flow=flow, target=target)
        return Work(int(answer.data["session"]), answer, answer.data["sheet"])

    def sync(self, work: Work, scans: Iterable[Say]) -> list[Answer]:
        """Send scans in one batch, as a scanner does that comes back from a dead spot."""
        at, new = self.by.at, self._ids()
        batch = [ScanInput(UUID(int=new + n), text, quantity, at) for n, (text, quantity) in enumerate(scans)]
        if not batch:
            return []
        self._next = new + len(batch)
        self.scans += len(batch)
        return take_scans(by=self.by, session_id=work.session_id, scans=batch)

    def scan(self, work: Work, text: str, quantity: int | None = None) -> Answer:
        """Send one scan and wait for its answer."""
        return self.sync(work, [(text, quantity)])[0]

    def follow(self, work: Work, answer: Answer, reply: Callable[[Answer], Say | None], *, patience: int = 400) -> Answer:
        """Scan by scan, each the ``reply`` to the answer before, until there is none or nothing moves any more."""
        stuck = 0
        while stuck < 3 and patience > 0 and (say := reply(answer)) is not None:
            answer = self.scan(work, *say)
            stuck = 0 if answer.ok else stuck + 1
            patience -= 1
        return answer

    def _ids(self) -> int:
        """The next scan id. Ids of one device follow one another behind a random start, which keeps their index dense."""
        if not self._next:
            milliseconds = int(self._last.timestamp() * 1000)
            self._next = (milliseconds & (2**48 - 1)) << 80 | self._stamp << 48 | int.from_bytes(os.urandom(4), "big") << 16
        return self._next


def barcode(entry: dict[str, Any]) -> str:
    """What a worker scans on an item of a sheet: a barcode that stands for one unit, else the SKU."""
    for text, units in entry["barcodes"]:
        if units == 1:
            return str(text)
    return str(entry["sku"])
