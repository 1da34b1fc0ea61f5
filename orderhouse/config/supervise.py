"""Keep a handful of processes running together, and stop them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SETTLED, LONGEST_PAUSE = 15.0, 15.0
"""Seconds after which a process counts as rightly set up; seconds at most between one death and the next start."""


@dataclass
class Child:
    """One process, started again when it dies: at once, then after a pause that doubles while it keeps dying.

    One that never stood for :data:`SETTLED` seconds and dies three times within a minute is not set up right, and ends the whole;
    one that has stood lost something it needs (its database, memory, a port), which may come back.
    """

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    started_at: float = 0.0
    has_stood: bool = False
    start_at: float | None = None


class Supervisor:
    """Starts children, watches them, and on SIGINT or SIGTERM stops them in the reverse order of their start.

    Each child writes to ``log``; children run in sessions of their own, so that a Ctrl-C reaches us alone and we stop them
    in order.
    """

    def __init__(self, *, environment: Mapping[str, str], log: Path) -> None:
        self.environment = dict(environment)
        self.log = log
        self.children: list[Child] = []
        self._stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def add(self, name: str, *command: str) -> None:
        """Start ``command`` under ``name``."""
        child = Child(name, command)
        self.children.append(child)
        self._start(child)

    def _start(self, child: Child) -> None:
        child.started_at, child.start_at = time.monotonic(), None
        with self.log.open("ab") as output:
            child.process = subprocess.Popen(
                child.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    @property
    def stopping(self) -> bool:
        return self._stopping

    def watch(self) -> int:
        """Run until told to stop (exit status 0) or until a child keeps dying (1)."""
        try:
            while not self._stopping:
                for child in self.children:
                    if child.start_at is not None:
                        if time.monotonic() >= child.start_at:
                            self._start(child)
                    elif child.process and child.process.poll() is not None and not self._mourn(child):
                        return 1
                time.sleep(0.1)
            return 0
        finally:
            self.stop()

    def _mourn(self, child: Child) -> bool:
        """Say when a dead child is to be started again; False when that has no hope."""
        if child.process:  # what it had started itself must not keep its port, or do its work twice
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
        now = time.monotonic()
        child.has_stood |= now - child.started_at >= SETTLED
        child.deaths = [death for death in child.deaths if now - death < 60] + [now]
        if len(child.deaths) >= 3:
            print(f"{child.name} stops again and again; its last words are in {self.log}.", file=sys.stderr)
            if not child.has_stood:
                return False
        child.start_at = now + min(2.0 ** (len(child.deaths) - 2), LONGEST_PAUSE) if len(child.deaths) > 1 else now
        return True

    def stop(self, patience: float = 10.0) -> None:
        """Ask each child to end, last started first, and kill what does not within ``patience`` seconds."""
        for child in reversed(self.children):
            process = child.process
            if process is None or process.poll() is not None:
                continue
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
