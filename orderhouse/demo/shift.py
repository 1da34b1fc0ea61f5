"""A crew at human pace: each badge a thread of its own that takes the next piece of work and scans its way through it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.crew.device import Device, Say, Work, barcode
from orderhouse.crew.totes import Totes
from orderhouse.crew.worker import Mishaps, Worker
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.demo.pace import Heartbeat
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.queries import OpenWork, open_work
from orderhouse.wms.inbound.close_receipt import close_receipt
from orderhouse.wms.inbound.grade_returned import Grade, grade_returned
from orderhouse.wms.inbound.queries import ReceiptRow, receipt_lines, receipts
from orderhouse.wms.layout.queries import locations_by_code
from orderhouse.wms.stock.queries import stock_in_bin

log = logging.getLogger(__name__)

SECONDS_A_SCAN = 2.6
"""From one scan to the next, walking included, at speed 1."""

IDLE_SECONDS = 3.0
MISHAPS = Mishaps(damaged=0.05, short=0.004, missing=0.06, surplus=0.04)
DAMAGED = Mishaps(damaged=1.0)
DAMAGED_TRUCK = "WET"
"""How the numbers of deliveries begin that somebody let get wet."""

MISSCANS, UNKNOWN, OUT_OF_DATE = 0.012, 0.12, 0.04
"""How often a hand scans the wrong thing, a truck brings goods nobody knows, a lot on it is past its date."""

TURN = {"pack": 0, "pick": 1, "receive": 2, "putaway": 3, "count": 4}
"""What a crew does first: what is picked must be packed before more is picked, or the totes run out."""

NOBODYS = "5012345678900"
"""A barcode that is right in itself and none of ours."""


class Stopped(Exception):
    """The day is over; whatever was half done stands in the database and goes on next time."""


class PacedDevice(Device):
    """A scanner in the hand of a person: one scan at a time, with the time it takes in between."""

    def __init__(self, by: By, *, node_id: int, badge: str, heart: Heartbeat) -> None:
        super().__init__(by, node_id=node_id, badge=badge, name=f"scanner-{badge}")
        self._heart, self._random = heart, Random()

    def start(self, flow: str, target: int | None = None) -> Work:
        self.at(clock.now())
        return super().start(flow, target)

    def sync(self, work: Work, scans: Iterable[Say]) -> list[Answer]:
        answers: list[Answer] = []
        for say in scans:
            if self._heart.wait(SECONDS_A_SCAN * self._random.uniform(0.6, 1.4), badge=self.badge):
                raise Stopped
            self.at(clock.now())
            answers += super().sync(work, [say])
        return answers


class Person(Worker):
    """Somebody who may err: scans the wrong label now and then, and finds a bin empty that the books call full."""

    def _picks(self, tasks: list[dict[str, Any]], carried: dict[str, str]) -> Iterator[Say]:
        bins = [task["bin"] for task in tasks]
        for task in tasks:
            if (task["bin"], task["sku"]) in losses(self.device.by.tenant_id, self.device.node_id):
                yield f"L.{task['bin']}", None
                yield "!short", 0
                continue
            for say in super()._picks([task], carried):
                if self.random.random() < MISSCANS:
                    yield self._wrong(say, bins)
                yield say

    def _wrong(self, say: Say, bins: list[str]) -> Say:
        """What lies beside the right thing: another bin of the tour, or a barcode that is not the item's."""
        others = [code for code in bins if say[0] != f"L.{code}"]
        return (f"L.{self.random.choice(others)}", None) if others and say[0].startswith("L.") else (NOBODYS, None)

    def _line(self, line: dict[str, Any], receipt: str) -> Iterator[Say]:
        if line["line"] == 1 and self.random.random() < UNKNOWN:
            yield NOBODYS, None
            yield "!unknown", self.random.randint(1, 6)
        yield from super()._line(line, receipt)

    def _lot(self, line: dict[str, Any], receipt: str, serial: str) -> Iterator[Say]:
        """As printed on the goods; a few lots should have been sold long ago."""
        for text, quantity in super()._lot(line, receipt, serial):
            old = line["expires"] and text.count("-") == 2 and self.random.random() < OUT_OF_DATE
            yield (self.device.by.at - timedelta(days=3)).date().isoformat() if old else text, quantity


def losses(tenant_id: int, node_id: int) -> set[tuple[str, str]]:
    """The (bin, SKU) of a node that are empty though the books say otherwise."""
    with unit_of_work(tenant_id):
        return set(fetch_all("SELECT bin, sku FROM demo_loss WHERE tenant_id = %s AND node_id = %s", (tenant_id, node_id)))


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
    """One badge at work until told to stop. While somebody holds the badge themselves, its work is left to them."""

    def __init__(self, by: By, *, node_id: int, badge: str, totes: Totes, claims: Claims, heart: Heartbeat) -> None:
        self.by, self.node_id, self.badge, self.claims, self.heart = by, node_id, badge, claims, heart
        self.random = Random()
        self.worker = Person(by, node_id=node_id, badge=badge, totes=totes, mishaps=MISHAPS, seed=self.random.getrandbits(32))
        self.worker.device = PacedDevice(by, node_id=node_id, badge=badge, heart=heart)

    def run(self) -> None:
        """Work; a database that went away is waited for."""
        while not self.heart.stop.is_set():
            if self.badge in self.heart.taken:
                self.heart.stop.wait(0.5)
                continue
            try:
                worked = self._next()
            except Stopped:
                continue
            except DatabaseError as error:
                log.warning("%s: %s", self.badge, error)
                connection.close()
                worked = False
            if not worked:
                self.heart.wait(IDLE_SECONDS * self.random.uniform(0.7, 1.3), badge=self.badge)
        connection.close()

    def _next(self) -> bool:
        """Do the most urgent piece of work that nobody does; False where there is none."""
        tenant_id = self.by.tenant_id
        with unit_of_work(tenant_id):
            waiting = open_work(tenant_id, self.node_id, self.badge)
            due = {
                r.id: r for r in receipts(tenant_id, self.node_id, states=("expected", "arrived", "counting")) if self._is_here(r)
            }
        for work in sorted(waiting, key=lambda work: (work.state != "started", TURN[work.flow])):
            if work.flow == "receive" and work.target not in due:
                continue
            with self.claims.claim(work) as mine:
                if not mine:
                    continue
                try:
                    self._do(work, due.get(work.target or 0))
                    return True
                except Refusal as refusal:  # what cannot go on now must not keep the rest waiting
                    log.info("%s: %s", self.badge, refusal)
        return False

    def _is_here(self, receipt: object) -> bool:
        expected = getattr(receipt, "expected_at", None)
        return expected is None or expected <= clock.now()

    def _do(self, work: OpenWork, receipt: ReceiptRow | None) -> None:
        if work.flow == "pick" and work.target is not None:
            self.worker.walk_tour(work.target)
        elif work.flow == "receive" and receipt is not None:
            self._receive(receipt)
        elif work.flow == "pack":
            self.worker.pack_totes()
        elif work.flow == "putaway":
            self.worker.put_away()
        elif work.flow == "count":
            self.worker.count(self._what_lies)
            self._forget_losses()

    def _receive(self, receipt: ReceiptRow) -> None:
        if receipt.kind == "return":
            self._take_back(receipt)
            return
        self.worker.mishaps = DAMAGED if receipt.number.startswith(DAMAGED_TRUCK) else MISHAPS
        try:
            self.worker.receive(receipt.id)
        finally:
            self.worker.mishaps = MISHAPS

    def _take_back(self, receipt: ReceiptRow) -> None:
        """Scan in what a customer sent back, look at it, and say what becomes of it."""
        device, tenant_id = self.worker.device, self.by.tenant_id
        work = device.start("receive", receipt.id)
        due = [line for line in work.sheet["lines"] if line["expected"] > line["came"]]
        scans = [
            say
            for line in due
            for say in ((barcode(line), line["expected"] - line["came"]), *self.worker._lot(line, receipt.number, ""))
        ]
        device.sync(work, [*scans, ("!end", None)])
        if self.heart.wait(3 * SECONDS_A_SCAN, badge=self.badge):
            raise Stopped
        with unit_of_work(tenant_id):
            lines = [line for line in receipt_lines(tenant_id, receipt.id) if line.ungraded]
        lots = {line["line"]: f"{receipt.number}-{line['line']}"[-20:] for line in work.sheet["lines"] if line["lots"]}
        grades = [
            Grade(
                line.line_number,
                line.ungraded,
                self.random.choices(("restock", "quarantine", "scrap"), (80, 12, 8))[0],
                lots.get(line.line_number, ""),
            )
            for line in lines
        ]
        by = self.by.when(clock.now())
        if grades:
            grade_returned(by=by, receipt_id=receipt.id, grades=grades)
        close_receipt(by=by, receipt_id=receipt.id)

    def _what_lies(self, wanted: list[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """What this person sees in the bins: the book's units, now and then one less, for things do get lost; none where all are gone."""
        lies: dict[tuple[str, str], int] = {}
        gone = losses(self.by.tenant_id, self.node_id)
        with unit_of_work(self.by.tenant_id):
            places = locations_by_code(self.by.tenant_id, self.node_id, {code for code, _ in wanted})
            for code, place in places.items():
                for stock in stock_in_bin(self.by.tenant_id, place.id):
                    if stock.state in ("good", "allocated"):
                        lies[code, stock.sku] = lies.get((code, stock.sku), 0) + stock.quantity
        return {key: 0 if key in gone else units - (units > 4 and self.random.random() < 0.25) for key, units in lies.items()}

    def _forget_losses(self) -> None:
        """What was counted as gone is no secret any more: once the book says so too, new goods may lie there."""
        with unit_of_work(self.by.tenant_id):
            execute(
                """DELETE FROM demo_loss d WHERE d.tenant_id = %(tenant)s AND d.node_id = %(node)s AND EXISTS (
                     SELECT FROM wms_count_task t
                     JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id AND l.code = d.bin
                     JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id AND i.sku = d.sku
                     WHERE t.tenant_id = d.tenant_id AND t.node_id = d.node_id AND t.counted = 0 AND t.counted_at > d.lost_at)""",
                {"tenant": self.by.tenant_id, "node": self.node_id},
            )
