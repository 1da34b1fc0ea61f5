"""The track: racers on connections of their own, let go together, and what the books say after them.

``RACE_ROUNDS``, ``RACE_RACERS`` and ``RACE_SEED`` set how many and which; ``RACE_FIGURES`` names a file that takes one row a race.
"""

from __future__ import annotations

import os
import random
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psycopg
from django.db import connection

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.http.attend import patiently
from orderhouse.http.problems import NotNow, OutcomeUnknown
from orderhouse.kernel.errors import Refusal
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.oms.desk.catch_up import catch_up

Job = Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """What one racer was told: a value, the house's no, or (which must never be) an error."""

    value: Any = None
    refusal: Refusal | None = None
    error: Exception | None = None

    @property
    def won(self) -> bool:
        return self.refusal is None and self.error is None


@dataclass
class Track:
    """A race over one business."""

    name: str
    by: Any
    rounds: int
    racers: int
    seed: int
    over: int = 0
    under: int = 0
    drift: int = 0
    served_late: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    errors: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.name}/{self.seed}")
        self.began = time.monotonic()
        self.deadlocks_before = self._deadlocks()
        self.pool = ThreadPoolExecutor(self.racers)
        print(f"{self.name}: RACE_SEED={self.seed} RACE_ROUNDS={self.rounds} RACE_RACERS={self.racers}")

    # ── racing ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def race(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Let all go at once, each as the API would do it: one unit of work, tried again where it collided. In the jobs' order."""
        assert len(jobs) <= self.racers, "each racer starts on its own"
        line = threading.Barrier(len(jobs))
        order = self.random.sample(range(len(jobs)), len(jobs))
        futures = {place: self.pool.submit(self._run, line, jobs[place]) for place in order}
        return [futures[place].result() for place in range(len(jobs))]

    def _run(self, line: threading.Barrier, job: Job) -> Outcome:
        def attempt() -> object:
            try:
                return job()
            except Refusal:
                raise
            except Exception as error:
                self.retries[_where(error)] += 1
                raise

        connection.ensure_connection()
        line.wait(60)
        try:
            return Outcome(value=patiently(self.by.tenant_id, attempt))
        except (NotNow, OutcomeUnknown) as error:
            self.errors.append(error)
            return Outcome(error=error)
        except Refusal as refusal:
            return Outcome(refusal=refusal)
        except Exception as error:
            self.errors.append(error)
            return Outcome(error=error)

    # ── the oracle ───────────────────────────────────────────────────────────────────────────────────────────────────
    def look(self, stock: dict[str, int]) -> None:
        """After a round: of each SKU no more is promised than there is (``stock`` counts all nodes), and once it is quiet no unit
        is left free beside a line that waits for it."""
        self.served_late += catch_up(by=self.by).units
        promised = self.promised()
        for sku, units in stock.items():
            book = promised.get(sku, Counter())
            owed = min(-book["shortage"], book["released"])  # lost where it was released: its node will short it
            self.over += max(0, book["reserved"] + book["released"] + book["available"] + book["safety"] - owed - units)
        self.under += sum(self.left_beside().values())

    def promised(self) -> dict[str, Counter[str]]:
        """Units of the promise book inside, by SKU and state."""
        found: dict[str, Counter[str]] = {}
        for sku, state, units in self.rows(
            """SELECT i.sku, a.state, sum(a.balance)::int FROM ledger_account a
               JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
               WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state NOT IN ('node', 'customer') GROUP BY i.sku, a.state"""
        ):
            found.setdefault(sku, Counter())[state] = units
        return found

    def left_beside(self) -> dict[str, int]:
        """Units by SKU that stand free at a node while lines wait for the item that this node has not refused."""
        return dict(
            self.rows(
                """SELECT i.sku, sum(least(a.balance, l.units))::int FROM ledger_account a
                   JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
                   JOIN LATERAL (SELECT sum(l.backordered) AS units FROM oms_order_line l
                     WHERE l.tenant_id = a.tenant_id AND l.item_id = a.item_id AND l.backordered > 0 AND NOT EXISTS (
                       SELECT FROM oms_node_refusal r
                       WHERE r.tenant_id = l.tenant_id AND r.order_line_id = l.id AND r.node_id = a.node_id)) l ON l.units > 0
                   WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state = 'available' AND a.balance > 0 GROUP BY i.sku"""
            )
        )

    def rows(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        with unit_of_work(self.by.tenant_id):
            return fetch_all(statement, {"tenant": self.by.tenant_id, **params})

    def finish(self) -> None:
        """The books proven, the racers' connections closed, the figures kept, and nothing wrong with any."""
        self._leave()
        broken = {finding.rule: finding.violations for finding in prove_balances(by=self.by).findings if finding.violations}
        self.drift = sum(broken.values())
        deadlocks = self._deadlocks() - self.deadlocks_before
        row = {
            "race": self.name,
            "rounds": self.rounds,
            "racers": self.racers,
            "over": self.over,
            "under": self.under,
            "drift": self.drift,
            "errors_to_callers": len(self.errors),
            "retries": sum(self.retries.values()),
            "deadlocks": deadlocks,
            "served_late": self.served_late,
            "seconds": round(time.monotonic() - self.began, 1),
            "seed": self.seed,
        }
        print(row, dict(self.retries))
        _keep(row)
        assert not self.errors, self.errors[0]
        assert (self.over, self.under, broken) == (0, 0, {})
        assert deadlocks == 0, f"{deadlocks} deadlocks"
        assert self.served_late == 0, "whoever commits looks at once: catching up is for those who died"

    def _leave(self) -> None:
        line = threading.Barrier(self.racers)

        def close() -> None:
            connection.close()
            line.wait(60)

        for future in [self.pool.submit(close) for _ in range(self.racers)]:
            future.result()
        self.pool.shutdown()

    def _deadlocks(self) -> int:
        """Of this database so far. Backends tell theirs when they end, so the racers' are closed before."""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as plain:
            plain.execute("SELECT pg_stat_clear_snapshot()")
            time.sleep(0.05)
            row = plain.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
        assert row
        return int(row[0])


def _where(error: Exception) -> str:
    """The fault, and the verbs it came up through."""
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__) if "/orderhouse/" in frame.filename]
    return f"{type(error.__cause__ or error).__name__} in {' > '.join(name for name in frames if not name.startswith('_'))}"


def _keep(row: dict[str, Any]) -> None:
    """One row a race, so that a run of some renews only theirs."""
    name = os.environ.get("RACE_FIGURES")
    if not name:
        return
    path = Path(name)
    kept = orjson.loads(path.read_bytes()) if path.exists() else []
    rows = {each["race"]: each for each in [*kept, row]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps([rows[race] for race in sorted(rows)], option=orjson.OPT_INDENT_2) + b"\n")


Lay = Callable[..., Track]
"""What the fixture ``lay`` is."""
