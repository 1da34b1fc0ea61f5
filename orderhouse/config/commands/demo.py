"""``orderhouse demo``: a running business on one machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from orderhouse.config.ready import migrate, ready, take_writer_number
from orderhouse.config.serving import (
    LIVE_URL_HELP,
    add_auditor,
    add_live,
    add_web,
    add_worker,
    await_answer,
    check_port,
    live_port,
)
from orderhouse.config.supervise import Child, Supervisor
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.postgres import Cluster, database_url, is_embedded, state_directory
from orderhouse.kernel.postgres.private_files import write_private

EMAIL = "demo@orderhouse.dev"
PASSWORD, API_KEY, LOCK, LOG, OURS = "demo.password", "demo.api-key", "demo.lock", "demo.log", "demo.database"
FILES = (PASSWORD, API_KEY, LOG, OURS, LOCK)


class DemoRuns(Refusal):
    """One demo a state directory: two crews with the same badges would take each other's work."""

    sentence = "A demo already runs on {state}."
    remedy = "Use the one that runs, stop it with Ctrl-C, or give this one a folder of its own with --state."


class DemoFailed(Refusal):
    """A process of the demo ended before it answered."""

    sentence = "The demo did not come up; its processes' last words are in {log}."
    remedy = "Look there; if the data are to blame, make clean-demo starts over."


class ToldToStop(Exception):
    """Ctrl-C while the demo was still being made."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("demo", help="run a demonstration business until Ctrl-C")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--state", type=Path, help="where its data stand (default: ORDERHOUSE_STATE or .orderhouse)")
    parser.add_argument("--speed", type=float, help="how many times as fast as life (default: as it was, at first 1)")
    parser.add_argument("--seed", default="fern", help="the same seed makes the same business and customers (first start only)")
    parser.add_argument("--live-url", default="", metavar="URL", help=LIVE_URL_HELP)
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    state = state_of(args)
    os.environ["ORDERHOUSE_STATE"] = str(state)
    state.mkdir(parents=True, exist_ok=True)
    with lock_demo(state) as lock:
        if lock is None:
            raise DemoRuns(state=state)
        end_leftovers(lock)
        check_port(args.host, args.port)
        live = live_port(args.host, args.port, args.live_url)
        supervisor = NotingSupervisor(lock, log=state / LOG)
        try:
            return _run(args, state, supervisor, live)
        except (ToldToStop, KeyboardInterrupt):
            return 0
        except subprocess.CalledProcessError:
            if supervisor.stopping:  # Ctrl-C reaches the whole foreground group, the migration too
                return 0
            raise
        finally:
            supervisor.stop()
            _stop_database(state)
            note(lock, [])


def _run(args: argparse.Namespace, state: Path, supervisor: Supervisor, live: int | None) -> int:
    def tell(step: str) -> None:
        if supervisor.stopping:
            raise ToldToStop
        print(f"  {step} ...", flush=True)

    tell("starting PostgreSQL")
    url = _start_database(state)
    tell("bringing the database to the present schema")
    migrate(url)
    supervisor.environment |= {
        "DATABASE_URL": url,
        "ORDERHOUSE_STATE": str(state),
        "ORDERHOUSE_DEMO": "1",
        "ORDERHOUSE_SCALE": "simulated",
    }
    password, badge = _prepare(state, args.seed, tell)
    tell("starting the web server, the worker and the crew")
    add_live(supervisor, args.host, live, console_port=args.port, live_url=args.live_url)
    add_web(supervisor, args.host, args.port)
    add_worker(supervisor)
    add_auditor(supervisor)
    supervisor.add(
        "life", sys.executable, "-m", "orderhouse.config.cli", "demo-life", *(["--speed", str(args.speed)] if args.speed else [])
    )
    address = f"http://[{args.host}]:{args.port}" if ":" in args.host else f"http://{args.host}:{args.port}"
    if await_answer(supervisor, f"{address}/sign-in"):
        print(f"Orderhouse demo: {address}  sign in as {EMAIL} / {password}", flush=True)
        print(
            f"On the floor:    {address}{scanner_path()}  (the crew's badges there: {badge} and others; take one at Take part)",
            flush=True,
        )
    elif not supervisor.stopping:
        raise DemoFailed(log=state / LOG)
    status = supervisor.watch()
    print("Stopping ...", flush=True)
    return status


def _prepare(state: Path, seed: str, tell: Callable[[str], None]) -> tuple[str, str]:
    """The business, its first person and key; answers the person's password, which is made once and kept, and a picker's badge."""
    ready(start_database=False)
    take_writer_number()
    from django.db import connections

    from orderhouse.demo import world
    from orderhouse.demo.open_demo import open_demo

    try:
        password = _kept(state / PASSWORD, lambda: secrets.token_urlsafe(9))
        key = open_demo(email=EMAIL, password=password, seed=seed, tell=tell, has_key=(state / API_KEY).exists())
        if key:
            write_private(state / API_KEY, key + "\n")
        return password, next(iter(world.SITES[0].crew))
    finally:
        connections.close_all()


def scanner_path() -> str:
    """The address of the scanner's page."""
    from django.urls import reverse

    return reverse("scanner:home")


def _kept(file: Path, make: Callable[[], str]) -> str:
    if not file.exists():
        write_private(file, make() + "\n")
    return file.read_text(encoding="utf-8").strip()


# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _start_database(state: Path) -> str:
    """Start the embedded database unless it runs or ``DATABASE_URL`` names another; a note tells whether it is ours to stop,
    and outlives a demo that was killed."""
    if is_embedded() and not Cluster(state).status().is_running:
        (state / OURS).touch()
    return database_url(ensure=True)


def _stop_database(state: Path) -> None:
    if (state / OURS).exists():
        Cluster(state).stop()
        (state / OURS).unlink()


# ── one demo at a time ───────────────────────────────────────────────────────────────────────────────────────────────────


def state_of(args: argparse.Namespace) -> Path:
    """The demo's state directory."""
    return Path(args.state).absolute() if args.state else state_directory()


@contextmanager
def lock_demo(state: Path) -> Iterator[TextIO | None]:
    """Hold the demo of a state directory, or answer None where a living process holds it."""
    with open(state / LOCK, "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        yield lock


class NotingSupervisor(Supervisor):
    """Writes down which processes are ours, for the case that we are killed and cannot end them."""

    def __init__(self, lock: TextIO, *, log: Path) -> None:
        super().__init__(environment=os.environ, log=log)
        self._lock = lock

    def _start(self, child: Child) -> None:
        super()._start(child)
        note(self._lock, [each.process.pid for each in self.children if each.process])


def note(lock: TextIO, pids: list[int]) -> None:
    """Keep process ids in the lock file."""
    lock.seek(0)
    lock.truncate()
    json.dump(pids, lock)
    lock.flush()


def end_leftovers(lock: TextIO) -> None:
    """End what a killed demo left running: the noted processes that still are Orderhouse's, asked first, then killed."""
    lock.seek(0)
    with suppress(ValueError):
        left = [pid for pid in json.loads(lock.read() or "[]") if _is_ours(pid)]
        for number, patience in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 2.0)):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.killpg(pid, number)
            deadline = time.monotonic() + patience
            while left and time.monotonic() < deadline:
                left = [pid for pid in left if _is_ours(pid)]
                time.sleep(0.1)


def _is_ours(pid: int) -> bool:
    """Whether ``pid`` still is a process of this Python environment, and no stranger that got the number."""
    try:
        seen = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")  # empty for a zombie
    except OSError:
        if Path("/proc/self").exists():
            return False
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        seen = listed.stdout
    return str(Path(sys.executable).parent) in seen and "orderhouse" in seen
