"""How long each stage took, and over how many lines."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection


def processor_seconds() -> tuple[float, float]:
    """Processor seconds of this process and of the database process that serves it (0 where that cannot be seen), so far."""
    return time.process_time(), _seconds_of(connection.connection.info.backend_pid) if connection.connection else 0.0


def _seconds_of(pid: int) -> float:
    try:
        ran = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(ran[11]) + int(ran[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc(5)
    except (OSError, IndexError, ValueError):
        return 0.0


class Clock:
    """Processor seconds since the last look."""

    def __init__(self) -> None:
        self._own, self._database = time.process_time(), 0.0

    def look(self) -> tuple[float, float]:
        """Seconds of this process and of its database process since the last look."""
        own, database = processor_seconds()
        passed = own - self._own, max(0.0, database - self._database)
        self._own, self._database = own, database
        return passed


class Stages:
    """Wall and own processor seconds by stage, with the lines it carried; the rest of the wall time is the database's."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.own: dict[str, float] = defaultdict(float)
        self.lines: Counter[str] = Counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[Counter[str]]:
        """Time a block; add the lines it carried to what it yields, under ``name``."""
        wall, own = time.perf_counter(), time.process_time()
        try:
            yield self.lines
        finally:
            self.wall[name] += time.perf_counter() - wall
            self.own[name] += time.process_time() - own

    def add(self, facts: Mapping[str, Any]) -> None:
        """Add the figures of another process, as :meth:`as_facts` gave them."""
        for name, (wall, own, lines) in facts.items():
            self.wall[name] += wall
            self.own[name] += own
            self.lines[name] += lines

    def as_facts(self) -> dict[str, Any]:
        """Plain values: stage to [wall seconds, own processor seconds, lines]."""
        return {name: [round(self.wall[name], 3), round(self.own[name], 3), self.lines[name]] for name in self.wall}


def add_up(days: Iterator[Mapping[str, Any]]) -> dict[str, list[float]]:
    """The sum of many days' stages."""
    total: dict[str, list[float]] = {}
    for stages in days:
        for name, figures in stages.items():
            sums = total.setdefault(name, [0.0, 0.0, 0])
            for n, figure in enumerate(figures):
                sums[n] += figure
    return total
