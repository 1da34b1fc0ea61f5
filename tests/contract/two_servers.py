"""Two installations, order management alone and a warehouse alone, each with its own database, server and worker.

Everything is real: one PostgreSQL cluster of the pair's own, granian, the worker loop, HTTP between them; and anything may
be killed and started again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from orderhouse.kernel.postgres import Cluster

ROOT = Path(__file__).parents[2]
TENANT = "acme"

_START = """
import os, sys
from orderhouse.config.ready import ready, take_writer_number
ready(start_database=False)
take_writer_number()
"""
WORKER = (
    _START
    + """
import signal, threading
from orderhouse.contract import worker
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker.run(stop, 0.05)
"""
)
SERVER = [sys.executable, "-m", "orderhouse.config.web", "--workers", "1", "--threads", "6", "--host", "127.0.0.1", "--port"]
"""As ``orderhouse serve`` starts it; the port comes last."""


@dataclass
class Installation:
    """One side: ``settings`` is its product, ``port`` where it listens, ``url`` its database as its owner."""

    name: str
    settings: str
    cluster: Cluster
    state: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.cluster.url(self.name)

    @property
    def inbox(self) -> str:
        return f"http://127.0.0.1:{self.port}/contract/v1/inbox"

    def make(self) -> None:
        """Create its database and bring it to its product's schema."""
        with psycopg.connect(self.cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self.name}"')
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env=self._environment(ORDERHOUSE_ROLE=""), cwd=ROOT, check=True)

    def start(self) -> None:
        """Start the server and the worker that do not run, and wait until the server answers."""
        self._start("server", [*SERVER, str(self.port)])
        self._start("worker", [sys.executable, "-c", WORKER])
        wait_until(self._answers, f"the server of {self.name} answers", seconds=30)

    def kill(self, *which: str) -> None:
        """``kill -9`` the server, the worker, or both, with all their children."""
        for name in which or ("server", "worker"):
            self._end(name, signal.SIGKILL)

    def stop(self) -> None:
        """Ask both to end, as a service manager does."""
        for name in list(self.processes):
            self._end(name, signal.SIGTERM)

    def run(self, code: str) -> str:
        """Run Python inside the installation (Django set up); what it printed."""
        ran = subprocess.run(
            [sys.executable, "-c", _START + code], env=self._environment(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"{self.name}: {ran.stderr[-2000:]}")
        return ran.stdout.strip()

    def rows(self, statement: str, params: Any = None) -> list[tuple[Any, ...]]:
        """Rows as the superuser sees them, past row-level security."""
        with psycopg.connect(self.cluster.url(self.name, "postgres")) as connection:
            return connection.execute(statement.encode(), params).fetchall()

    def log(self, which: str) -> str:
        return (self.state / f"{self.name}-{which}.log").read_text(errors="replace")

    def _environment(self, **more: str) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": self.settings,
            "ORDERHOUSE_STATE": str(self.state / self.name),
        }
        return {**os.environ, **own, **self.environment, **more}

    def _start(self, which: str, command: list[str]) -> None:
        running = self.processes.get(which)
        if running and running.poll() is None:
            return
        with (self.state / f"{self.name}-{which}.log").open("ab") as log:
            self.processes[which] = subprocess.Popen(
                command,
                env=self._environment(),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _end(self, which: str, number: int) -> None:
        process = self.processes.pop(which, None)
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)

    def _answers(self) -> bool:
        if self.processes["server"].poll() is not None:
            raise RuntimeError(f"the server of {self.name} ended: {self.log('server')[-2000:]}")
        with suppress(httpx.HTTPError):
            return httpx.get(self.inbox, trust_env=False).status_code < 500
        return False


@dataclass
class TwoServers:
    """The pair, and the cluster under it."""

    cluster: Cluster
    oms: Installation
    wms: Installation

    def connect(self) -> str:
        """Open the business on both sides and set the routes between them; the shared secret."""
        open_it = f"""
from orderhouse.catalog.open_business import open_business
from orderhouse.contract.routes import set_route
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
business = open_business(code={TENANT!r}, name="Acme", at=clock.now())
by = By(business.tenant_id, "setup", clock.now())
"""
        route = "print(set_route(by=by, destination={!r}, url={!r}, secret={!r}))"
        secret = self.oms.run(open_it + route.format("node:*", self.wms.inbox, ""))
        self.wms.run(open_it + route.format("oms", self.oms.inbox, secret))
        return secret


@contextmanager
def two_servers(
    *,
    oms_settings: str = "orderhouse.config.settings.oms_alone",
    wms_settings: str = "orderhouse.config.settings.wms_alone",
    environment: Mapping[str, str] | None = None,
) -> Iterator[TwoServers]:
    """Make both, started and connected; everything is gone afterwards."""
    state = Path(tempfile.mkdtemp(prefix="orderhouse-two-"))
    state.chmod(0o755)  # the database's own account passes through
    cluster = Cluster(state / "cluster")
    cluster.start()
    extra = dict(environment or {})
    pair = TwoServers(
        cluster,
        Installation("oms", oms_settings, cluster, state, _free_port(), extra),
        Installation("wms", wms_settings, cluster, state, _free_port(), extra),
    )
    try:
        for side in (pair.oms, pair.wms):
            side.make()
        pair.connect()
        for side in (pair.oms, pair.wms):
            side.start()
        yield pair
    finally:
        for side in (pair.oms, pair.wms):
            side.stop()
        cluster.remove()
        shutil.rmtree(state, ignore_errors=True)


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float = 20.0) -> None:
    """Wait until it holds; fails naming ``what``. A database that is away meanwhile does not count as an answer."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(psycopg.OperationalError):
            if holds():
                return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
