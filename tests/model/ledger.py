"""The model: what an order, a node and a promise are, in dictionaries. It knows the rules of the domain and no line of the product.

Where the rules leave a choice (which node ships, which bin is picked) the model takes the product's choice from what it
sees, checks that it was allowed, and goes on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

Place = tuple[str, str]
"""A node and a SKU."""


@dataclass
class Line:
    """A line as the order desk should have it. ``open`` units are promised or waiting: not cancelled, at no node, not gone."""

    order: int
    number: int
    sku: str
    ordered: int
    open: int
    cancelled: int = 0
    shipped: int = 0
    returned: int = 0
    wanted: int = 0
    authorized: int = 0
    reserved: Counter[str] = field(default_factory=Counter)

    @property
    def waiting(self) -> int:
        return self.open - self.reserved.total()


@dataclass
class Job:
    """A line of a release as its node should have it: units by where they stand."""

    node: str
    release: str
    line: Line
    waiting: int
    allocated: int = 0
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    shorted: int = 0
    putting_back: int = 0
    cancelled: int = 0

    @property
    def place(self) -> Place:
        return self.node, self.line.sku

    @property
    def in_process(self) -> int:
        """Units the node may still take back."""
        return self.waiting + self.allocated + self.picked + self.packed

    @property
    def released(self) -> int:
        return self.in_process + self.putting_back

    def take_back(self, wanted: int) -> tuple[int, int]:
        """Take back units, those first that cost least work: (free at once, to be put back)."""
        free = hand = 0
        for name in ("waiting", "allocated", "picked", "packed"):
            units = min(wanted, getattr(self, name))
            setattr(self, name, getattr(self, name) - units)
            wanted -= units
            if name in ("waiting", "allocated"):
                free += units
            else:
                hand += units
        self.cancelled += free
        self.putting_back += hand
        return free, hand


@dataclass
class Order:
    """An order with its lines, open holds, and its priority (0 is served first)."""

    id: int
    priority: int
    lines: dict[int, Line]
    holds: set[str] = field(default_factory=set)
    lifted: bool = False

    def state(self) -> str:
        """What its state must be (domain §2)."""
        lines = self.lines.values()
        left = sum(line.ordered - line.cancelled for line in lines)
        shipped = sum(line.shipped for line in lines)
        if not left:
            return "cancelled"
        if shipped == left:
            return "closed" if sum(line.returned for line in lines) == shipped else "shipped"
        if shipped:
            return "partly_shipped"
        if self.holds:
            return "held"
        if any(line.ordered - line.cancelled - line.open - line.shipped for line in lines):
            return "released"
        if any(line.reserved for line in lines):
            return "partly_reserved" if any(line.waiting for line in lines) else "reserved"
        return "backordered"


@dataclass
class Returned:
    """Units of a line on their way back or ungraded."""

    number: str
    node: str
    line: Line
    expected: int
    ungraded: int = 0


class Model:
    """Everything that should be so."""

    def __init__(self) -> None:
        self.on_hand: Counter[Place] = Counter()
        self.dock: Counter[Place] = Counter()
        self.aside: Counter[tuple[str, str, str]] = Counter()  # node, SKU, state: units that are nobody's good stock
        self.customer: Counter[str] = Counter()
        self.safety: Counter[Place] = Counter()
        self.orders: list[Order] = []
        self.jobs: dict[tuple[str, int], Job] = {}
        self.returns: list[Returned] = []

    # ── what follows from it ─────────────────────────────────────────────────────────────────────────────────────────
    def lines(self) -> Iterable[Line]:
        return (line for order in self.orders for line in order.lines.values())

    def jobs_of(self, line: Line) -> list[Job]:
        """A line's jobs, the latest release first."""
        return [job for job in reversed(self.jobs.values()) if job.line is line]

    def released(self, line: Line) -> int:
        return sum(job.released for job in self.jobs_of(line))

    def promise(self, node: str, sku: str) -> dict[str, int]:
        """The promise book of an item at a node: what is left of its stock after promises, safety stock first."""
        reserved = sum(line.reserved[node] for line in self.lines() if line.sku == sku)
        released = sum(job.released for job in self.jobs.values() if job.place == (node, sku))
        pool = self.on_hand[node, sku] - reserved - released
        safety = min(self.safety[node, sku], max(0, pool))
        figures = {"available": max(0, pool) - safety, "safety": safety, "reserved": reserved, "released": released}
        return {name: units for name, units in (figures | {"shortage": max(0, -pool)}).items() if units}

    def physical(self, node: str, sku: str) -> dict[str, int]:
        """Where the units of an item stand at a node."""
        jobs = [job for job in self.jobs.values() if job.place == (node, sku)]
        figures = {
            "allocated": sum(job.allocated for job in jobs),
            "picked": sum(job.picked + job.putting_back for job in jobs),
            "packed": sum(job.packed for job in jobs),
            "dock": self.dock[node, sku],
        }
        figures["good"] = self.on_hand[node, sku] - sum(figures.values())
        figures |= {state: units for (n, s, state), units in self.aside.items() if (n, s) == (node, sku)}
        return {name: units for name, units in figures.items() if units}

    # ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────
    def give_up(self, line: Line, units: int) -> None:
        """The desk cancels units: what waits or is reserved at once, the rest is asked back, the latest release first."""
        at_once = min(units, line.open)
        line.open -= at_once
        line.cancelled += at_once
        units -= at_once
        for job in self.jobs_of(line):
            free, hand = job.take_back(units)
            units -= free + hand
            line.cancelled += free
            line.wanted += hand
        coming = sum(job.putting_back for job in self.jobs_of(line))  # also what a hold had asked back before
        line.wanted += min(units, coming - line.wanted)

    def recall(self, line: Line) -> None:
        """A hold asks everything back; what is free at once may be promised again, or settles what the desk wants cancelled: units
        are alike, and the first that come back are as good as the ones on their way to a bin."""
        for job in self.jobs_of(line):
            free, _ = job.take_back(job.in_process)
            self.come_back(line, free)

    def put_back(self, job: Job, units: int) -> None:
        """Units lie in their bin again."""
        job.putting_back -= units
        job.cancelled += units
        self.come_back(job.line, units)

    def come_back(self, line: Line, units: int) -> None:
        """Units their node does not ship: cancelled as far as the desk wants them, else open."""
        given_up = min(units, line.wanted)
        line.wanted -= given_up
        line.cancelled += given_up
        line.open += units - given_up
