"""A cluster and its synchronous standby, both real: what an operator's failover tool (Patroni, a cloud's own) keeps up and switches.

Only the switch is played here: the drill itself kills the primary and promotes the standby. Nothing of Orderhouse is told.
"""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg

from orderhouse.kernel.postgres import Cluster
from orderhouse.kernel.postgres.binaries import binaries_within_reach, find_binaries
from orderhouse.kernel.postgres.homes import make_home


@dataclass
class StandbyPair:
    """``primary`` commits only what the standby in ``directory`` has written too (``synchronous_standby_names = '*'``)."""

    primary: Cluster
    directory: Path
    port: int = field(default_factory=lambda: free_port())

    def __post_init__(self) -> None:
        home = make_home(self.primary.state_dir)
        self._account = home.account
        self._bin = binaries_within_reach(find_binaries(), account=home.account, home=home.path)

    def make(self) -> None:
        """Copy the running primary, start the copy as its standby, and let no commit return before it has it."""
        self.directory.mkdir(mode=0o700)
        self._account.owns(self.directory)
        data = self.directory / "data"
        source = self.primary.url("postgres", "postgres", tcp=True)
        copy = ["pg_basebackup", "-D", str(data), "-d", source, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        self._run(*copy)
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.directory}"
        self._run("pg_ctl", "-D", str(data), "-o", options, "-l", str(self.directory / "log"), "--wait", "start")
        with psycopg.connect(source, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")

    def is_synchronous(self) -> bool:
        """Whether the primary waits for the standby by now."""
        with psycopg.connect(self.primary.url("postgres", "postgres")) as connection:
            (row,) = connection.execute("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").fetchall()
        return bool(row[0])

    def url(self, database: str, user: str = "orderhouse") -> str:
        """Both servers in one URL: whoever connects gets the one that takes writes (libpq's ``target_session_attrs``)."""
        parts = urlsplit(self.primary.url(database, user, tcp=True))
        where = f"host=127.0.0.1,127.0.0.1&port={parts.port},{self.port}&target_session_attrs=read-write"
        return f"postgresql://{quote(user)}:{parts.password}@/{database}?{where}"

    def kill_primary(self) -> None:
        """``kill -9`` of the server and every process of it at once, as when its machine dies."""
        postmaster = self.primary.status().pid
        assert postmaster is not None
        for pid in (postmaster, *_children(postmaster)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        """Make the standby the server that takes writes."""
        self._run("pg_ctl", "-D", str(self.directory / "data"), "--wait", "promote")

    def stop(self) -> None:
        """End the standby, or what became of it."""
        with suppress(RuntimeError):
            self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        ran = self._account.run([self._bin.tool(program), *arguments])
        if ran.returncode:
            raise RuntimeError(f"{program}: {ran.stdout[-2000:]}")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.parent.name))
    return found
