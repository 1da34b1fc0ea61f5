"""One worker: takes what the scanner shows, scans through it offline, syncs, and deals with what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from orderhouse.crew.device import Device, Say, barcode
from orderhouse.crew.totes import Totes
from orderhouse.kernel.actors import By
from orderhouse.wms.floor.flows.machine import Answer


class Mishaps(NamedTuple):
    """How often what goes wrong goes wrong: units of a line found damaged at the dock, a bin that holds less than it should, a
    line of a truck with fewer (``missing``) or more (``surplus``) units than were announced."""

    damaged: float = 0.0
    short: float = 0.0
    missing: float = 0.0
    surplus: float = 0.0


NO_MISHAPS = Mishaps()


class Done(NamedTuple):
    """What came of a piece of work: scans sent, scans refused, tasks or lines worked, whether it was finished."""

    scans: int
    refused: int
    worked: int
    finished: bool


class Packing(NamedTuple):
    """What a bench made: parcel ids, the totes that are empty again, orders that could not be packed."""

    parcels: list[int]
    totes: list[str]
    left: list[str]


class Worker:
    """A badge with a scanner. All it does goes through the floor's two doors."""

    def __init__(
        self,
        by: By,
        *,
        node_id: int,
        badge: str,
        totes: Totes,
        mishaps: Mishaps = NO_MISHAPS,
        seed: int = 0,
    ) -> None:
        self.device = Device(by, node_id=node_id, badge=badge, name=f"scanner-{badge}")
        self.totes, self.mishaps, self.random = totes, mishaps, Random(f"{seed}/{badge}")

    # ── the dock ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def receive(self, receipt_id: int) -> Done:
        """Count a receipt in, line by line as announced, and close it."""
        work = self.device.start("receive", receipt_id)
        if not work.sheet:
            return Done(0, 0, 0, False)
        lines = [line for line in work.sheet["lines"] if line["expected"] > line["came"]]
        scans = [say for line in lines for say in self._line(line, work.sheet["receipt"])]
        answers = self.device.sync(work, [*scans, ("!close", None), ("!end", None)])
        return Done(len(answers), _refused(answers), len(lines), answers[-2].ok)

    def _line(self, line: dict[str, Any], receipt: str) -> Iterator[Say]:
        """One line's scans: damaged units first, then the good ones."""
        units = line["expected"] - line["came"]
        code = barcode(line)
        if line["serials"]:
            for n in range(line["came"] + 1, line["expected"] + 1):
                yield code, None
                yield from self._lot(line, receipt, f"{receipt}-{line['line']}-{n}")
            return
        units += self._miscount(units)
        damaged = min(units, 1 + units // 50) if self.mishaps.damaged and self.random.random() < self.mishaps.damaged else 0
        if damaged:
            yield "!damaged", None
            yield code, damaged
            yield from self._lot(line, receipt, "")
        if units > damaged:
            yield code, units - damaged
            yield from self._lot(line, receipt, "")

    def _miscount(self, units: int) -> int:
        """How many more (or fewer: negative) units than announced lie on the truck; never all of them missing."""
        if not (self.mishaps.missing or self.mishaps.surplus):
            return 0
        draw = self.random.random()
        if draw < self.mishaps.missing:
            return -min(units - 1, 1 + units // 20)
        return 1 + units // 20 if draw < self.mishaps.missing + self.mishaps.surplus else 0

    def _lot(self, line: dict[str, Any], receipt: str, serial: str) -> Iterator[Say]:
        """The lot, serial and date printed on the goods: a lot a receipt and line, good for a year after it came."""
        if line["lots"]:
            yield f"{receipt}-{line['line']}"[-20:], None
        if line["serials"]:
            yield serial[-20:], None
        if line["expires"]:
            yield (self.device.by.at + timedelta(days=365)).date().isoformat(), None

    def put_away(self) -> Done:
        """Bring what lies on the dock, and what is to be put back, to the bins shown."""
        work = self.device.start("putaway")
        tasks = sorted(work.sheet["tasks"], key=lambda task: task["source"] if task["putback"] else "")
        scans: list[Say] = []
        source = ""
        for task in tasks:
            if task["putback"] and task["source"] != source:
                source = task["source"]
                scans.append((source if source.isdigit() else f"T.{source}", None))
            scans.append((barcode(task), None))
            scans.append((f"L.{task['bin']}", None))
        answers = self.device.sync(work, [*scans, ("!end", None)])
        refused = _refused(answers)
        return Done(len(answers), refused, len(tasks), not refused)

    # ── the aisles ───────────────────────────────────────────────────────────────────────────────────────────────────
    def walk_tour(self, tour_id: int) -> Done:
        """Pick a tour: all of it offline, then scan by scan what was refused or turned up meanwhile."""
        device = self.device
        work = device.start("pick", tour_id)
        tasks = work.sheet["tasks"]
        carried = {task["order"]: task["tote"] for task in tasks if task["tote"]}
        before = device.scans
        scans = list(self._picks(tasks, carried))
        answers = device.sync(work, scans)
        refused = _refused(answers)
        last = answers[-1] if answers else work.first
        if last.screen != "pick.done":
            last = device.follow(work, last, self._next_pick(carried))
        finished = last.screen == "pick.done"
        if finished:
            device.scan(work, "!end")
        return Done(device.scans - before, refused, len(tasks), finished)

    def _picks(self, tasks: list[dict[str, Any]], carried: dict[str, str]) -> Iterator[Say]:
        here = ""
        unlucky = self.mishaps.short
        for task in tasks:
            if task["bin"] != here:
                here = task["bin"]
                yield f"L.{here}", None
            units, order = task["quantity"], task["order"]
            if unlucky and self.random.random() < unlucky:
                found = self.random.randrange(units)
                yield "!short", found
                if not found:
                    continue
            else:
                yield barcode(task), units
            if order not in carried:
                carried[order] = self.totes.take()
            yield f"T.{carried[order]}", None

    def _next_pick(self, carried: dict[str, str]) -> Callable[[Answer], Say | None]:
        tried: set[tuple[str, str]] = set()

        def reply(answer: Answer) -> Say | None:
            data = answer.data
            if "bin" not in data:
                return None
            order = data["order"]
            at = "bin" if answer.screen == "pick.stop" else answer.screen.partition(".")[2]
            if at == "item":
                return data["sku"], data["quantity"] - data["counted"]
            if at == "tote":
                code = data["tote"] or carried.get(order) or ""
                if not code or (order, code) in tried:
                    code = self.totes.take()
                carried[order] = code
                tried.add((order, "" if data["tote"] else code))
                return f"T.{code}", None
            return f"L.{data['bin']}", None

        return reply

    # ── the bench ────────────────────────────────────────────────────────────────────────────────────────────────────
    def pack_totes(self) -> Packing:
        """Pack what is picked, one parcel an order; what is refused is tried once more by itself, then left for a person."""
        device = self.device
        work = device.start("pack")
        orders = work.sheet["orders"]
        ends: list[int] = []
        scans: list[Say] = []
        for order in orders:
            scans += _parcel(order)
            ends.append(len(scans) - 1)
        answers = device.sync(work, scans)
        packing = Packing([], [], [])
        for order, end in zip(orders, ends, strict=True):
            closed = answers[end]
            if "parcel" not in closed.data:
                closed = device.sync(work, [("!skip", None), *_parcel(order)])[-1]
            if "parcel" in closed.data:
                packing.parcels.append(int(closed.data["parcel"]))
                packing.totes.extend(order["totes"])
            else:
                packing.left.append(order["order"])
        device.scan(work, "!end")
        self.totes.give_back(packing.totes)
        return packing

    # ── the bins ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def count(self, lies: Callable[[list[tuple[str, str]]], Mapping[tuple[str, str], int]]) -> Done:
        """Count what is asked for. ``lies`` is the world: units of each (bin, SKU) that a person would see there."""
        work = self.device.start("count")
        wanted = [(task["bin"], task["sku"]) for task in work.sheet["tasks"]]
        seen = lies(wanted)
        scans: list[Say] = []
        here = ""
        for task, key in zip(work.sheet["tasks"], wanted, strict=True):
            if task["bin"] != here:
                here = task["bin"]
                scans.append((f"L.{here}", None))
            scans.append((barcode(task), seen.get(key, 0)))
        answers = self.device.sync(work, [*scans, ("!end", None)])
        refused = _refused(answers)
        return Done(len(answers), refused, len(wanted), not refused)


TARE_GRAMS = 120
"""What a simulated carton with its filling weighs."""


def _parcel(order: dict[str, Any]) -> list[Say]:
    """One order's scans: its tote, every item with its quantity, and the closing with the weight the scale shows."""
    scans: list[Say] = [(f"T.{order['totes'][0]}", None)]
    scans += [(barcode(units), units["quantity"]) for units in order["units"]]
    scans.append(("!close", order["grams"] + TARE_GRAMS))
    return scans


def _refused(answers: list[Answer]) -> int:
    return sum(not answer.ok for answer in answers)
