"""What a stretch of work costs: seconds, statements, CPU of PostgreSQL and of us, write-ahead log."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from bench.ground import Ground

T = TypeVar("T")

_STATEMENTS = """SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
  WHERE d.datname = 'orderhouse' AND toplevel AND query !~* '^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |DEALLOCATE)'"""


@dataclass
class Stretch:
    """One measured stretch. ``work`` counts what was done (orders, scans, reads), ``lines`` the order lines in it; ``taken`` are
    seconds a call. CPU is in seconds, ``wal`` in bytes; ``told_ms`` are quantiles a
    load client told, ``elsewhere`` CPU seconds of ours that processes started for the stretch told of themselves."""

    work: int = 0
    lines: int = 0
    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    statements: int = 0
    postgres: float = 0.0
    ours: float = 0.0
    client: float = 0.0
    wal: int = 0
    elsewhere: float = 0.0
    told_ms: dict[float, float] = field(default_factory=dict)


class Meter:
    """Reads the gauges before and after."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def measure(self, work: Callable[[Stretch], None], *, ours: Sequence[int] = ()) -> Stretch:
        """Run ``work``, which fills in what it did, and measure it. ``ours`` are the processes of a server; without, the product runs in
        this process, whose CPU counts as ours; with them this process is the client."""
        stretch = Stretch()
        self.ground.admin.execute("SELECT pg_stat_statements_reset()")
        before, begun = self._read(ours), perf_counter()
        work(stretch)
        stretch.seconds = stretch.seconds or perf_counter() - begun
        after = self._read(ours)
        stretch.postgres = after[0] - before[0]
        served, here = after[1] - before[1], after[2] - before[2]
        stretch.ours, stretch.client = (served, here) if ours else (here + stretch.elsewhere, 0.0)
        stretch.wal = after[3] - before[3]
        stretch.statements = self.ground.value(_STATEMENTS)
        return stretch

    def _read(self, ours: Sequence[int]) -> tuple[float, float, float, int]:
        times = os.times()
        wal = self.ground.value("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")
        return cpu_of_families([self.ground.postmaster]), cpu_of_families(ours), times.user + times.system, wal


_TICK = os.sysconf("SC_CLK_TCK")


def cpu_of_families(roots: Sequence[int]) -> float:
    """CPU seconds so far of these processes and all their descendants, those that have ended included."""
    if not roots:
        return 0.0
    seen: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            seen[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    family = set(roots) & seen.keys()
    while grown := {pid for pid, (parent, _) in seen.items() if parent in family} - family:
        family |= grown
    return sum(seen[pid][1] for pid in family) / _TICK


def in_threads(calls: Iterable[Callable[[], Any]], clients: int, *, seconds: float = 1e9) -> tuple[float, list[float], list[Any]]:
    """Make the calls from ``clients`` threads, each with a database connection of its own, and begin none after ``seconds``: seconds for
    all, seconds for each, and what they answered."""
    from django.db import connection

    @contextmanager
    def connected() -> Iterator[None]:
        connection.ensure_connection()
        try:
            yield
        finally:
            connection.close()

    return shared_out((_plainly(call) for call in calls), [connected] * clients, seconds=seconds)


def _plainly(call: Callable[[], Any]) -> Callable[[None], Any]:
    return lambda _: call()


def shared_out(
    calls: Iterable[Callable[[Any], Any]], seats: Sequence[Callable[[], AbstractContextManager[Any]]], *, seconds: float = 1e9
) -> tuple[float, list[float], list[Any]]:
    """Make the calls from one thread a seat, let go together, each call with what its seat gives; none begins after ``seconds``. Answers
    as :func:`in_threads` does; the first failure is raised when all are done."""
    todo, turn, gate = iter(calls), threading.Lock(), threading.Barrier(len(seats) + 1)
    taken: list[float] = []
    answers: list[Any] = []
    failures: list[BaseException] = []
    end = [0.0]

    def work(seat: Callable[[], AbstractContextManager[Any]]) -> None:
        with seat() as given:
            gate.wait()
            try:
                while perf_counter() < end[0]:
                    with turn:
                        call = next(todo, None)
                    if call is None:
                        return
                    begun = perf_counter()
                    answers.append(call(given))
                    taken.append(perf_counter() - begun)
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(seat,)) for seat in seats]
    for thread in threads:
        thread.start()
    while gate.n_waiting < len(seats):
        time.sleep(0.001)
    begun = perf_counter()
    end[0] = begun + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return perf_counter() - begun, taken, answers
