"""A crew at human pace: each badge a thread of its own that takes the next piece of work and scans its way through it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from random import Random

from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.crew.device import Device, Say, Work
from orderhouse.crew.totes import Totes
from orderhouse.crew.worker import Mishaps, Worker
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.queries import OpenWork, open_work
from orderhouse.wms.inbound.queries import receipts
from orderhouse.wms.layout.queries import locations_by_code
from orderhouse.wms.stock.queries import stock_in_bin

log = logging.getLogger(__name__)

SECONDS_A_SCAN = 2.6
"""From one scan to the next, walking included, at speed 1."""

IDLE_SECONDS = 3.0
MISHAPS = Mishaps(damaged=0.08, short=0.006)
TURN = {"pack": 0, "pick": 1, "receive": 2, "putaway": 3, "count": 4}
"""What a crew does first: what is picked must be packed before more is picked, or the totes run out."""


class Stopped(Exception):
    """The day is over; whatever was half done stands in the database and goes on next time."""


class PacedDevice(Device):
    """A scanner in the hand of a person: one scan at a time, with the time it takes in between."""

    def __init__(self, by: By, *, node_id: int, badge: str, stop: threading.Event, speed: float) -> None:
        super().__init__(by, node_id=node_id, badge=badge, name=f"scanner-{badge}")
        self._stop, self._speed, self._random = stop, speed, Random()

    def start(self, flow: str, target: int | None = None) -> Work:
        self.at(clock.now())
        return super().start(flow, target)

    def sync(self, work: Work, scans: Iterable[Say]) -> list[Answer]:
        answers: list[Answer] = []
        for say in scans:
            if self._stop.wait(SECONDS_A_SCAN * self._random.uniform(0.6, 1.4) / self._speed):
                raise Stopped
            self.at(clock.now())
            answers += super().sync(work, [say])
        return answers


class Claims:
    """Who does what at one node, so that two people do not start the same bench or tour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[tuple[str, int | None]] = set()

    @contextmanager
    def claim(self, work: OpenWork) -> Iterator[bool]:
        """Whether this work is ours for the length of the block."""
        key = (work.flow, work.target)
        with self._lock:
            mine = key not in self._taken
            self._taken.add(key)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._taken.discard(key)


class Hand:
    """One badge at work until told to stop."""

    def __init__(
        self, by: By, *, node_id: int, badge: str, totes: Totes, claims: Claims, stop: threading.Event, speed: float
    ) -> None:
        self.by, self.node_id, self.badge, self.claims, self.stop, self.speed = by, node_id, badge, claims, stop, speed
        self.random = Random()
        self.worker = Worker(by, node_id=node_id, badge=badge, totes=totes, mishaps=MISHAPS, seed=self.random.getrandbits(32))
        self.worker.device = PacedDevice(by, node_id=node_id, badge=badge, stop=stop, speed=speed)

    def run(self) -> None:
        """Work; a refusal (somebody was faster) or a database that went away is waited out."""
        try:
            while not self.stop.is_set():
                try:
                    worked = self._next()
                except Refusal as refusal:
                    log.info("%s: %s", self.badge, refusal)
                    worked = False
                except DatabaseError as error:
                    log.warning("%s: %s", self.badge, error)
                    connection.close()
                    worked = False
                if not worked:
                    self.stop.wait(IDLE_SECONDS * self.random.uniform(0.7, 1.3) / self.speed)
        except Stopped:
            pass
        finally:
            connection.close()

    def _next(self) -> bool:
        """Do the most urgent piece of work that nobody does; False where there is none."""
        tenant_id = self.by.tenant_id
        with unit_of_work(tenant_id):
            waiting = open_work(tenant_id, self.node_id, self.badge)
            due = {
                r.id for r in receipts(tenant_id, self.node_id, states=("expected", "arrived", "counting")) if self._is_here(r)
            }
        for work in sorted(waiting, key=lambda work: (work.state != "started", TURN[work.flow])):
            if work.flow == "receive" and work.target not in due:
                continue
            with self.claims.claim(work) as mine:
                if mine:
                    self._do(work)
                    return True
        return False

    def _is_here(self, receipt: object) -> bool:
        expected = getattr(receipt, "expected_at", None)
        return expected is None or expected <= clock.now()

    def _do(self, work: OpenWork) -> None:
        if work.flow == "pick" and work.target is not None:
            self.worker.walk_tour(work.target)
        elif work.flow == "receive" and work.target is not None:
            self.worker.receive(work.target)
        elif work.flow == "pack":
            self.worker.pack_totes()
        elif work.flow == "putaway":
            self.worker.put_away()
        elif work.flow == "count":
            self.worker.count(self._what_lies)

    def _what_lies(self, wanted: list[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """What this person sees in the bins: the book's units, and now and then one less, for things do get lost."""
        lies: dict[tuple[str, str], int] = {}
        with unit_of_work(self.by.tenant_id):
            places = locations_by_code(self.by.tenant_id, self.node_id, {code for code, _ in wanted})
            for code, place in places.items():
                for stock in stock_in_bin(self.by.tenant_id, place.id):
                    if stock.state in ("good", "allocated"):
                        lies[code, stock.sku] = lies.get((code, stock.sku), 0) + stock.quantity
        return {key: units - (units > 4 and self.random.random() < 0.25) for key, units in lies.items()}
