"""Who works the nodes: this process, or one process for each group of nodes, so that both cores have something to do.

A process of its own dies with the run that started it. Until it is dead, a new run of the same business waits at its lock.
"""

from __future__ import annotations

import ctypes
import fcntl
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from orderhouse.replay.node_shift import NodeShift, StuckOnTheFloor
from orderhouse.replay.open_world import Floor, register_replay_carriers
from orderhouse.replay.stages import Clock

Order = tuple[str, dict[str, tuple[Any, ...]]]
"""A method of :class:`NodeShift`, and its arguments for each node by code."""


class Told(NamedTuple):
    """What the floors tell: facts of each node (stages, scans), and the processor seconds of their processes and of the
    database processes that served these."""

    facts: list[dict[str, Any]]
    own: float = 0.0
    database: float = 0.0


class Hands(Protocol):
    """Everybody on the floors."""

    def begin(self, work: str, arguments: dict[str, tuple[Any, ...]]) -> None:
        """Let each node named do ``work`` (a method of NodeShift) with its arguments."""
        ...

    def wait(self) -> Told:
        """Wait until all are done."""
        ...


class OwnHands:
    """All nodes, one after the other, in this process."""

    def __init__(self, tenant_id: int, floors: Sequence[Floor], seed: int) -> None:
        self._shifts = [NodeShift(tenant_id, floor, seed) for floor in floors]

    def begin(self, work: str, arguments: dict[str, tuple[Any, ...]]) -> None:
        for shift in self._shifts:
            if shift.floor.site.code in arguments:
                getattr(shift, work)(*arguments[shift.floor.site.code])

    def wait(self) -> Told:
        return Told([shift.facts() for shift in self._shifts])


class Processes:
    """Groups of nodes, each in a process of its own. ``prepare`` makes a new process ready to work; it must be importable."""

    def __init__(
        self, tenant_id: int, groups: Sequence[Sequence[Floor]], seed: int, prepare: Callable[[], None], locks: Path
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._desks: list[Connection] = []
        self._busy: list[Connection] = []
        for n, floors in enumerate(groups):
            desk, far = context.Pipe()
            child = context.Process(
                target=_work,
                args=(far, tenant_id, list(floors), seed, prepare, locks / f"floor-{n}.lock", os.getpid()),
                daemon=True,
            )
            child.start()
            far.close()
            self._desks.append(desk)

    def begin(self, work: str, arguments: dict[str, tuple[Any, ...]]) -> None:
        for desk in self._desks:
            desk.send((work, arguments))
            self._busy.append(desk)

    def wait(self) -> Told:
        facts: list[dict[str, Any]] = []
        own = database = 0.0
        for desk in self._busy:
            try:
                told, trouble = desk.recv()
            except EOFError:
                raise StuckOnTheFloor("a floor process ended without a word")
            if trouble:
                raise StuckOnTheFloor(trouble)
            facts += told.facts
            own, database = own + told.own, database + told.database
        self._busy.clear()
        return Told(facts, own, database)


def _work(
    desk: Connection, tenant_id: int, floors: list[Floor], seed: int, prepare: Callable[[], None], lock: Path, parent: int
) -> None:
    """A floor process: does what it is told until its desk is closed or the process that started it is gone."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk decides when work ends
    with alone(lock):
        prepare()
        register_replay_carriers()
        shifts = [NodeShift(tenant_id, floor, seed) for floor in floors]
        watch = Clock()
        while True:
            try:
                work, arguments = desk.recv()
            except EOFError:
                return
            try:
                for shift in shifts:
                    if shift.floor.site.code in arguments:
                        getattr(shift, work)(*arguments[shift.floor.site.code])
                desk.send((Told([shift.facts() for shift in shifts], *watch.look()), ""))
            except BaseException:
                desk.send((Told([]), traceback.format_exc()))
                return


def _die_with(parent: int) -> None:
    """End when the parent does, also when it is killed: Linux sends the signal, elsewhere the closed desk says it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file; waits for whoever holds it, who may be about to die."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
