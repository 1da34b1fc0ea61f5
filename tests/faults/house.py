"""The house under the rig: order management and a warehouse on two databases of one cluster, every road between them a proxy."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from orderhouse.kernel.postgres import Cluster
from tests.contract.test_two_servers import BY, OMS_SETUP, PROVE, WMS_SETUP
from tests.contract.two_servers import ROOT, SERVER, TENANT, WORKER, Installation, TwoServers, wait_until
from tests.faults import disk
from tests.faults.partner import Partner
from tests.faults.proxy import Network, Proxy

CONNECTIONS = 60
"""What the cluster takes at most: few enough that a hog can take them all."""
NODE = "FAR"
SKUS = "ABCDEFGH"

_KEY = """
from orderhouse.people.api_keys import SCOPES, issue_api_key
print(issue_api_key(by=by, name="rig", scopes=SCOPES))
"""
_MARKET = """
from orderhouse.contract.routes import set_route
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
define_channels(by=by, channels=[ChannelDefinition("MKT", "Market", "marketplace", "OWN", "GBP")])
print(set_route(by=by, destination="channel:MKT", url={url!r}))
"""
_ROUTE = """
from orderhouse.contract.routes import set_route
set_route(by=by, destination={destination!r}, url={url!r}, secret={secret!r})
"""
_FLOOR = """
from orderhouse.catalog.queries import node_by_code
from orderhouse.database import unit_of_work
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.layout.open_totes import open_totes
with unit_of_work(by.tenant_id):
    node = node_by_code(by.tenant_id, "FAR")
define_badges(by=by, badges={"S1": "Sue", "S2": "Sam"})
open_totes(by=by, node_id=node.id, codes=[f"T{n:03d}" for n in range(40, 400)])
"""


class Side(Installation):
    """One installation with all its processes, its database behind ``road``. What dies is started again (:meth:`keep`)."""

    road: Proxy
    commands: dict[str, list[str]]
    next_start: dict[str, dict[str, str]]
    running_with: dict[str, dict[str, str]]
    _laid_out: dict[str, str]

    @property
    def url(self) -> str:
        direct = self.cluster.url(self.name, tcp=True)
        return direct.replace(f":{urlsplit(direct).port}/", f":{self.road.port}/") if self.road else direct

    def keep(self, deaths: Counter[str]) -> None:
        """Start whatever does not run, each with what was laid out for its next start; count failpoints that struck."""
        for which, command in self.commands.items():
            process = self.processes.get(which)
            if process is not None:
                if process.poll() is None:
                    continue
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                armed = self.running_with.pop(which, {}).get("ORDERHOUSE_FAILPOINT")
                killed = process.returncode == -signal.SIGKILL or (which == "server" and process.returncode > 0)
                if armed and killed:
                    deaths[f"failpoint {armed.partition(':')[0]}"] += 1
                elif process.returncode != -signal.SIGKILL:
                    deaths[f"own end of {self.name} {which}"] += 1
                self.processes.pop(which)
            self._start(which, command)

    def kill(self, *which: str) -> None:
        for name in which or tuple(self.commands):
            self.running_with.pop(name, None)
            self._end(name, signal.SIGKILL)

    def _start(self, which: str, command: list[str]) -> None:
        if (running := self.processes.get(which)) and running.poll() is None:
            return
        self.running_with[which] = self._laid_out = self.next_start.pop(which, {})
        try:
            super()._start(which, command)
        finally:
            self._laid_out = {}

    def _environment(self, **more: str) -> dict[str, str]:
        return super()._environment(**{**self._laid_out, **more})


@dataclass
class House:
    """Everything together. ``keys`` open the API of each side, ``letters`` are the roads their letters take, ``market_secret`` signs
    the market's."""

    pair: TwoServers
    network: Network
    folder: Path
    partner: Partner
    seed: int
    keys: dict[str, str] = field(default_factory=dict)
    market_secret: str = ""
    letters: dict[str, Proxy] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    small_disk: disk.SmallDisk | None = None
    no_disk: str = ""
    _kept: threading.Event = field(default_factory=threading.Event)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _keeper: threading.Thread | None = None

    @property
    def oms(self) -> Side:
        return self.pair.oms  # type: ignore[return-value]

    @property
    def wms(self) -> Side:
        return self.pair.wms  # type: ignore[return-value]

    @property
    def cluster(self) -> Cluster:
        return self.pair.cluster

    @property
    def journals(self) -> Path:
        return self.folder / "journals"

    def side(self, name: str) -> Side:
        return self.oms if name == "oms" else self.wms

    def door(self, name: str) -> Proxy:
        """A road of one client's own to the server of a side."""
        return self.network.proxy(lambda: ("127.0.0.1", self.side(name).port))

    def kill(self, side: str, which: str, then: Mapping[str, str] | None = None) -> bool:
        """``kill -9``; ``then`` is the environment of its next start. Whether it ran."""
        with self._lock:
            one = self.side(side)
            ran = which in one.processes and one.processes[which].poll() is None
            if then:
                one.next_start[which] = dict(then)
            one.kill(which)
        return ran

    def keep(self) -> None:
        """Start again what dies, until :meth:`rest`."""
        self._kept.clear()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._kept.wait(0.1):
            with self._lock:
                for side in (self.oms, self.wms):
                    side.keep(self.deaths)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Inside, nothing is started again."""
        with self._lock:
            yield

    def rest(self) -> None:
        """Start nothing again from now on."""
        self._kept.set()
        if self._keeper:
            self._keeper.join()

    def calm(self) -> None:
        """End all trouble, and let every process start anew without a failpoint and with a right clock."""
        self.oms.road.calm()
        self.wms.road.calm()
        with self._lock:
            for side in (self.oms, self.wms):
                side.next_start.clear()
                for which, extra in list(side.running_with.items()):
                    if extra and which in side.processes:
                        side.kill(which)

    def superuser(self, name: str) -> psycopg.Connection[Any]:
        """A connection past every proxy, every limit and row-level security."""
        return psycopg.connect(self.cluster.url(name, "postgres"), autocommit=True, connect_timeout=10)

    def rows(self, name: str, statement: str, params: Any = None) -> list[tuple[Any, ...]]:
        return self.side(name).rows(statement, params)

    def prove(self, name: str) -> dict[str, int]:
        """Every rule of the books that is broken."""
        broken: dict[str, int] = json.loads(self.side(name).run(PROVE))
        return broken

    def answers(self, name: str) -> bool:
        """Whether this side's server answers a read of its database."""
        address = "/api/v1/orders/counts" if name == "oms" else f"/api/v1/waves?node={NODE}"
        try:
            with socket.create_connection(("127.0.0.1", self.side(name).port), timeout=2) as raw:
                raw.settimeout(5)
                raw.sendall(
                    f"GET {address} HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.keys[name]}\r\n\r\n".encode()
                )
                return b" 200 " in raw.recv(64)
        except OSError:
            return False

    def await_answers(self, *names: str, seconds: float = 60.0) -> float:
        """Wait until these sides answer; how long it took."""
        began = time.monotonic()
        for name in names or ("oms", "wms"):
            wait_until(lambda name=name: self.answers(name), f"{name} answers", seconds=seconds)  # type: ignore[misc]
        return time.monotonic() - began


def _side(name: str, cluster: Cluster, folder: Path, network: Network, settings: str) -> Side:
    side = Side(name, f"orderhouse.config.settings.{settings}", cluster, folder, _free_port())
    side.road = network.proxy(lambda: ("127.0.0.1", cluster.status().port or 1))
    side.next_start, side.running_with, side._laid_out = {}, {}, {}
    side.commands = {"server": [*SERVER, str(side.port)], "worker": [sys.executable, "-c", WORKER]}
    return side


@contextmanager
def house(*, seed: int, folder: Path | None = None) -> Iterator[House]:
    """Build and start it; everything is gone afterwards, unless ``ORDERHOUSE_FAULTS_KEEP`` is set."""
    folder = folder or Path(tempfile.mkdtemp(prefix="orderhouse-faults-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # the database's own account passes through
    (folder / "journals").mkdir(exist_ok=True)
    network, cluster = Network(), Cluster(folder / "cluster")
    cluster.start()
    built: House | None = None
    try:
        built = _build(seed, folder, network, cluster)
        yield built
    finally:
        if built:
            built.rest()
            built.partner.close()
            for side in (built.oms, built.wms):
                side.kill()
        network.close()
        if not os.environ.get("ORDERHOUSE_FAULTS_KEEP"):
            cluster.remove()
            if built and built.small_disk:
                built.small_disk.remove()
            shutil.rmtree(folder, ignore_errors=True)


def _build(seed: int, folder: Path, network: Network, cluster: Cluster) -> House:
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}".encode())
    cluster.restart()
    oms = _side("oms", cluster, folder, network, "oms_alone")
    wms = _side("wms", cluster, folder, network, "wms_alone")
    partner = Partner()
    pair = TwoServers(cluster, oms, wms)
    built = House(pair, network, folder, partner, seed)
    together(oms.make, wms.make)
    built.small_disk, built.no_disk = disk.small_disk(folder / "small", cluster, "oms")
    secret = pair.connect()
    to_wms, to_oms = built.door("wms"), built.door("oms")
    built.letters = {"oms": to_wms, "wms": to_oms}
    said: dict[str, list[str]] = {}
    inbox = "http://127.0.0.1:{}/contract/v1/inbox"

    def set_up_oms() -> None:
        road = _ROUTE.format(destination="node:*", url=inbox.format(to_wms.port), secret=secret)
        said["oms"] = oms.run(OMS_SETUP + _MARKET.format(url=partner.url) + road + _KEY).splitlines()

    def set_up_wms() -> None:
        road = _ROUTE.format(destination="oms", url=inbox.format(to_oms.port), secret=secret)
        said["wms"] = wms.run(WMS_SETUP + _FLOOR + road + _KEY).splitlines()

    together(set_up_oms, set_up_wms)
    built.market_secret, built.keys = said["oms"][0], {"oms": said["oms"][-1], "wms": said["wms"][-1]}
    python = [sys.executable, "-m"]
    live = [*python, "orderhouse.config.cli", "live", "--port", str(_free_port()), "--console", f":{oms.port}"]
    oms.commands["live"] = live
    oms.commands["auditor"] = [*python, "orderhouse.config.cli", "auditor"]
    oms.commands["bulk"] = [*python, "tests.faults.bulk", str(built.journals / "bulk.journal"), str(seed)]
    wms.commands["crew"] = [*python, "tests.faults.floor_crew"]
    return built


def together(*jobs: Any) -> None:
    """Run jobs side by side; the first that failed raises."""
    failed: list[BaseException] = []

    def run(job: Any) -> None:
        try:
            job()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["BY", "NODE", "ROOT", "SKUS", "TENANT", "House", "Side", "house"]
