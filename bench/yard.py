"""Product against floor, taking turns: one row of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple, TypeVar

from django.db import connections

from bench.business import Business
from bench.floor import Floor
from bench.ground import FLOOR, Ground
from bench.meter import Meter, Stretch
from bench.recording import Recording, Written

J = TypeVar("J")
Row = dict[str, Any]


class Target(NamedTuple):
    """What a row shall reach: ``at_least`` (or at most) ``value`` in the column ``of``."""

    of: str
    value: float
    at_least: bool = True

    def __str__(self) -> str:
        return f"{self.of} {'>=' if self.at_least else '<='} {self.value:g}"

    def met(self, row: Row) -> bool:
        told = row.get(self.of)
        return told is not None and (told >= self.value if self.at_least else told <= self.value)


@dataclass
class Against:
    """What the floor did beside a stretch of the product: its work, seconds for all of it and for each call."""

    work: int
    seconds: float
    taken: list[float]


@dataclass
class Yard:
    """Where rows are measured. ``narrow`` leaves out all sizes but the one a target is about; ``more`` joins every row."""

    ground: Ground
    shop: Business
    quick: bool = False
    narrow: bool = False
    repeats: int = 3
    seconds: float = 2.0
    more: Row = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    told: Callable[[Row], None] = lambda row: None
    store: dict[str, Any] = field(default_factory=dict)

    meter: Meter = field(init=False)
    recording: Recording = field(init=False)
    floor: Floor = field(init=False)

    def open(self, *, copy: bool = True) -> None:
        """Begin to record, with the floor's database a fresh copy of the product's unless it is one already."""
        connections.close_all()
        if copy:
            self.ground.copy()
        self.meter, self.recording = Meter(self.ground), Recording(self.ground.admin_url())
        self.floor = Floor(self.ground.admin_url(FLOOR))

    def close(self) -> None:
        """Let go of everything that is connected; rows may be measured again after :meth:`open`."""
        if server := self.store.pop("server", None):
            server.close()
        connections.close_all()
        self.recording.close()
        self.floor.close()

    def differing(self) -> dict[str, list[int]]:
        """Tables of which product and floor do not hold the same rows: how many there, how many here. A quick run, whose tables are small,
        compares what stands in them, too."""
        if server := self.store.pop("server", None):
            server.close()
        self.catch_up()
        found = {}
        content = "coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)" if self.quick else "0"
        for name in self.floor.tables:
            statement = f"SELECT count(*), {content} FROM {name} t".encode()
            mine, other = (c.execute(statement).fetchone() or () for c in (self.recording.connection, self.floor.main))
            if mine != other:
                found[name] = [mine[0], other[0]]
        return found

    def catch_up(self) -> None:
        """Let the floor's database have what was written unmeasured."""
        self.floor.catch_up(self.recording.take())

    def duel(
        self,
        name: str,
        *,
        clients: int,
        batch: int,
        prepare: Callable[[], J],
        product: Callable[[J, Stretch], None],
        against: Callable[[J, Stretch], Against] | None = None,
        one_by_one: Callable[[], Sequence[Written]] | None = None,
        floor_clients: int | None = None,
        ours: Sequence[int] = (),
        targets: Sequence[Target] = (),
        warm_up: bool = True,
        repeats: int = 0,
        **more: Any,
    ) -> Row:
        """Measure product and floor in turn, after one turn of both that does not count, and keep medians with their spread.

        The floor writes what the product wrote in the very stretch before; with ``one_by_one`` what that answers instead: as many
        transactions, each with the rows of one order captured alone, since a floor that knows no batches cannot share one out.
        ``against`` replaces it where nothing is written."""
        ratios, turns = [], []
        for turn in range((repeats or self.repeats) + warm_up):
            job = prepare()
            self.catch_up()
            if turn < 2:  # as autovacuum would soon: what was just built is planned for as it is
                self.recording.connection.execute("ANALYZE")
                self.floor.main.execute("ANALYZE")
            stretch = self.meter.measure(lambda stretch, job=job: product(job, stretch), ours=ours)  # type: ignore[misc]
            written = self.recording.take()
            rows = sum(each.rows for each in written)
            if against:
                self.floor.catch_up(written)
                beside = against(job, stretch)
            elif one_by_one:
                self.floor.catch_up(written)
                singles = one_by_one()
                seconds, taken = self.floor.write(singles, clients=floor_clients or clients)
                beside = Against(len(singles), seconds, taken)
            else:
                seconds, taken = self.floor.write(written, clients=floor_clients or clients)
                beside = Against(stretch.work, seconds, taken)
            if turn >= warm_up and stretch.work:
                turns.append((stretch, beside, rows))
                ratios.append((stretch.work / stretch.seconds) / (beside.work / beside.seconds))
        row = self._row(name, clients, batch, turns, ratios) | self.more | more
        row |= {"target": "; ".join(map(str, targets)), "met": all(target.met(row) for target in targets) if targets else None}
        self.rows.append(row)
        self.told(row)
        return row

    def _row(
        self, name: str, clients: int, batch: int, turns: Sequence[tuple[Stretch, Against, int]], ratios: Sequence[float]
    ) -> Row:
        rates = sorted(s.work / s.seconds for s, _, _ in turns)
        work = sum(s.work for s, _, _ in turns)
        lines = sum(s.lines for s, _, _ in turns)
        floors = [b.work / b.seconds for _, b, _ in turns]
        p50, p99 = (median(at(s, q) for s, _, _ in turns) for q in (0.5, 0.99))
        return {
            "name": name,
            "clients": clients,
            "batch": batch,
            "per_second": _round(median(rates)),
            "floor_per_second": _round(median(floors)),
            "ratio": _round(median(ratios)),
            "p50_ms": _round(p50),
            "p99_ms": _round(p99),
            "statements_per_line": _round(sum(s.statements for s, _, _ in turns) / lines) if lines else None,
            "statements_per_work": _round(sum(s.statements for s, _, _ in turns) / work),
            "cpu_ms_postgres": _round(1000 * sum(s.postgres for s, _, _ in turns) / work),
            "cpu_ms_ours": _round(1000 * sum(s.ours for s, _, _ in turns) / work),
            "cpu_ms_client": _round(1000 * sum(s.client for s, _, _ in turns) / work),
            "wal_bytes": round(sum(s.wal for s, _, _ in turns) / work),
            "rows_written": _round(sum(rows for _, _, rows in turns) / work),
            "floor_p50_ms": _round(median(1000 * quantile(b.taken, 0.5) for _, b, _ in turns)),
            "spread": [_round(rates[0]), _round(rates[-1])],
            "ratio_spread": [_round(min(ratios)), _round(max(ratios))],
            "repeats": len(turns),
        }


def at(stretch: Stretch, q: float) -> float:
    """Milliseconds at a quantile."""
    told = stretch.told_ms.get(q)
    return told if told is not None else 1000 * quantile(stretch.taken, q)


def quantile(taken: Sequence[float], q: float) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * q))] if ordered else 0.0


def _round(value: float) -> float:
    """Four digits that count."""
    return float(f"{value:.4g}")
