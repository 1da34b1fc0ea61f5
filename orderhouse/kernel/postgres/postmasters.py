"""Watches the postmaster of a data directory without trusting process ids.

A running server holds a lock on a file: the descriptor is inherited by the postmaster and all its children, and the
kernel lets go of it when the last of them is gone, however they died. So "is anything of it alive" has one exact answer,
where ``postmaster.pid`` may be stale, or name a zombie or a stranger that was given the same number.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orderhouse.kernel.postgres.private_files import open_private

PATIENCE = 5.0
"""Seconds that a killed server's last children are given to leave by themselves."""


@dataclass(frozen=True, slots=True)
class PidFile:
    """What ``postmaster.pid`` tells (PostgreSQL's miscadmin.h: line 1 the pid, line 8 the status)."""

    pid: int
    status: str


def read_pid_file(data: Path) -> PidFile | None:
    """None when there is none, or it is only half written yet."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        return PidFile(int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting")
    except (OSError, ValueError, IndexError):
        return None


def is_held(lock: Path) -> bool:
    """Whether any process of the server lives."""
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def take(lock: Path) -> int:
    """The lock's descriptor, exclusively, to be inherited by the server; only called once :func:`is_held` says no."""
    descriptor = open_private(lock, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)  # waits at most for another caller's momentary probe
    return descriptor


def find_postmaster(lock: Path, data: Path) -> PidFile | None:
    """The living parent process of the server; None when there is none, though a killed one's last children may linger."""
    for _ in range(100):
        if not is_held(lock):
            return None
        found = read_pid_file(data)
        if found:
            return found if _works_in(found.pid, data) else None
        time.sleep(0.02)  # just launched, it has not written the file yet
    return None


def processes_of(data: Path) -> list[int]:
    """Live ``postgres`` processes working in ``data``; empty where there is no /proc."""
    return [pid for pid in map(int, (e.name for e in Path("/proc").glob("[0-9]*"))) if _works_in(pid, data)]


def outlive(lock: Path, data: Path, socket_directory: str = "") -> None:
    """Wait until nothing of a server is left that lost its postmaster, then clear its lock files.

    Backends leave by themselves when they notice; one lost in a long computation is told to quit after :data:`PATIENCE`
    and ended after twice that. Nothing they had acknowledged is lost: it is in the write-ahead log.
    """
    began, told = time.monotonic(), 0
    while is_held(lock):
        waited = time.monotonic() - began
        if waited > PATIENCE * (told + 1):
            for pid in processes_of(data):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if told else signal.SIGQUIT)
            told += 1
        time.sleep(0.02)
    if not processes_of(data):
        # PostgreSQL takes these for live as long as their pid exists, be it a zombie that nobody reaps or a stranger's.
        stale = [data / "postmaster.pid"]
        stale += Path(socket_directory).glob(".s.PGSQL.*") if socket_directory else []
        for file in stale:
            file.unlink(missing_ok=True)


def _works_in(pid: int, data: Path) -> bool:
    """Whether ``pid`` is a live ``postgres`` whose directory is ``data``, as every process of a server's is."""
    entry = Path("/proc") / str(pid)
    try:
        if not Path("/proc/self").exists():
            os.kill(pid, 0)
            return True
        before, _, after = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
        return before.endswith("(postgres") and after.split()[0] != "Z" and (entry / "cwd").samefile(data)
    except OSError:
        return False
