"""One embedded PostgreSQL cluster: made once, started and stopped safely, by root or by anyone."""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from orderhouse.kernel.postgres.accounts import ENVIRONMENT
from orderhouse.kernel.postgres.addresses import socket_url, tcp_url
from orderhouse.kernel.postgres.binaries import Binaries, binaries_within_reach, find_binaries
from orderhouse.kernel.postgres.homes import POINTER, Home, find_home, make_home
from orderhouse.kernel.postgres.postmasters import find_postmaster, is_held, outlive, read_pid_file, take
from orderhouse.kernel.postgres.private_files import open_private, write_private
from orderhouse.kernel.postgres.refusals import (
    DatabaseDidNotStart,
    DatabaseDidNotStop,
    DatabaseNotInitialized,
    DataBelongsToAnother,
    DataFromAnotherMajor,
    DataIsIncomplete,
    StateNotWritable,
)
from orderhouse.kernel.postgres.settings import ALWAYS, settings_for, syncs_file_systems_reliably

log = logging.getLogger(__name__)

SUPERUSER, OWNER, DATABASE = "postgres", "orderhouse", "orderhouse"
LARGEST_LOG = 10 * 2**20
"""Bytes of server log kept before a start sets it aside as ``server.log.1``, replacing the one before."""


@dataclass(frozen=True, slots=True)
class Status:
    """``state`` is absent, stopped, starting (or recovering), running or stopping; the rest is empty where unknown."""

    state: str
    state_dir: Path
    home: Path | None = None
    version: str = ""
    pid: int | None = None
    socket: str = ""
    port: int | None = None
    account: str = ""
    away: str = ""

    @property
    def is_running(self) -> bool:
        return self.state == "running"


class Cluster:
    """The cluster of a state directory, with a role and a database ``orderhouse``.

    The role owns the database and may create roles and databases, but is no superuser. Every connection, by private
    socket or by 127.0.0.1, needs a SCRAM password; passwords are made here and kept in files of mode 0600.
    ``start``, ``stop`` and ``initialize`` may be called by several processes at once: they take turns.
    """

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = Path(state_dir).resolve()

    def initialize(self) -> None:
        """Make the cluster if there is none yet: all of it or nothing, even when killed halfway."""
        with self._alone():
            home = make_home(self.state_dir)
            self._checked_binaries(home)

    def start(self) -> None:
        """Make the cluster if needed, start it, and return once it answers; nothing to do when it already does.

        A server that was killed recovers first. That may take long, so there is no time limit: it is waited for as
        long as it lives. Refuses when it cannot start, with its own last words.
        """
        with self._alone():
            home = make_home(self.state_dir)
            binaries = self._checked_binaries(home)
            found = find_postmaster(home.lock, home.data)
            if not found:
                self._launch_anew(home, binaries)
            self._await_answer(home, binaries, is_ours=not found)

    def stop(self, *, patience: float = 60.0) -> None:
        """Stop it, ending open sessions; after ``patience`` seconds without a checkpoint, to be recovered at the next start."""
        if not self.state_dir.exists():
            return
        with self._alone():
            self._stop(patience)

    def restart(self) -> None:
        """Stop and start; as good after a kill -9 as on a healthy server."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it and delete all its data, for good."""
        if not self.state_dir.exists():
            return
        with self._alone():
            self._stop(patience=0, signals=(signal.SIGQUIT,))  # no need to write down what is deleted next
            home = find_home(self.state_dir)
            if home:
                if home.socket:
                    shutil.rmtree(home.socket, ignore_errors=True)
                shutil.rmtree(home.path)
            (self.state_dir / POINTER).unlink(missing_ok=True)

    def status(self) -> Status:
        """How it stands, by looking only: nothing is made or started."""
        home = find_home(self.state_dir)
        if home is None or not home.data.exists():
            return Status("absent", self.state_dir, home=home.path if home else None)
        version = _major_of(home)
        socket, port = home.address()
        found = find_postmaster(home.lock, home.data)
        state = {"ready": "running", "stopping": "stopping"}.get(found.status, "starting") if found else "stopped"
        return Status(
            state,
            self.state_dir,
            home=home.path,
            version=version,
            pid=found.pid if found else None,
            socket=socket,
            port=port or None,
            account=home.account.name,
            away=home.away,
        )

    def url(self, database: str = DATABASE, user: str = OWNER, *, tcp: bool = False) -> str:
        """The URL by the private socket, or by 127.0.0.1, with the password of ``orderhouse`` or ``postgres`` in it."""
        home = find_home(self.state_dir)
        if home is None or not home.socket:
            raise DatabaseNotInitialized(state=self.state_dir)
        socket, port = home.address()
        password = home.password(user)
        if tcp:
            return tcp_url(port=port, user=user, password=password, database=database)
        return socket_url(directory=socket, port=port, user=user, password=password, database=database)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.state_dir.mkdir(parents=True, exist_ok=True)
            descriptor = open_private(self.state_dir / "postgres.lock", os.O_RDWR)
        except OSError as error:
            raise StateNotWritable(state=self.state_dir, reason=error.strerror) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _checked_binaries(self, home: Home) -> Binaries:
        """The programs to run the data with; makes the data if there are none."""
        binaries = find_binaries()
        found = _major_of(home) if home.data.exists() else ""
        if found and found != str(binaries.major):
            raise DataFromAnotherMajor(data=home.data, found=found, wanted=binaries.major)
        binaries = binaries_within_reach(binaries, account=home.account, home=home.path)
        if not found:
            _make_data(home, binaries)
        return binaries

    def _launch_anew(self, home: Home, binaries: Binaries) -> None:
        outlive(home.lock, home.data, home.socket)
        self._launch(home, binaries)

    def _launch(self, home: Home, binaries: Binaries, *, another_port: bool = False) -> None:
        socket, port = home.take_address(another_port=another_port)
        options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": socket, **ALWAYS}
        command = [binaries.tool("postgres"), "-D", str(home.data)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        held = take(home.lock)
        written = _open_log(home)
        try:
            # The shell steps aside, so that the server is nobody's child: it outlives the caller and leaves it no zombie.
            shell = ["/bin/sh", "-c", '"$@" >&2 </dev/null &', "sh"]
            home.account.run([*shell, *command], stderr=written, pass_fds=(held,))
        finally:
            os.close(written)
            os.close(held)

    def _await_answer(self, home: Home, binaries: Binaries, *, is_ours: bool) -> None:
        """Wait for the server; one that is not ours may have been on its way out when we found it, and is followed by one of ours."""
        began = told = time.monotonic()
        pause, ports_left = 0.01, 5
        while not self._answers(home, binaries):
            if not is_ours and not find_postmaster(home.lock, home.data):
                self._launch_anew(home, binaries)
                is_ours = True
            elif not is_held(home.lock):
                said = _last_words(home)
                if "Address already in use" not in said or not ports_left:
                    raise DatabaseDidNotStart(said=said, log=home.log)
                ports_left -= 1  # someone took our port since we last stood on it
                self._launch(home, binaries, another_port=True)
            if time.monotonic() - told > 10:
                told = time.monotonic()
                log.warning("PostgreSQL is still starting after %.0f s; after a crash it recovers first.", told - began)
            time.sleep(pause)
            pause = min(pause * 1.3, 0.25)

    def _answers(self, home: Home, binaries: Binaries) -> bool:
        found = read_pid_file(home.data)
        if not found or found.status != "ready" or not is_held(home.lock):
            return False
        socket, port = home.address()
        probe = [binaries.tool("pg_isready"), "-q", "-h", socket, "-p", str(port), "-d", DATABASE]
        return subprocess.run(probe, env=ENVIRONMENT, check=False).returncode == 0

    def _stop(self, patience: float, signals: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGQUIT)) -> None:
        """Send the next signal (fast, then immediate shutdown) after each ``patience`` seconds without success."""
        home = find_home(self.state_dir)
        if home is None or not is_held(home.lock):
            return
        began, sent = time.monotonic(), 0
        while is_held(home.lock):
            postmaster = find_postmaster(home.lock, home.data)
            if not postmaster:
                outlive(home.lock, home.data, home.socket)
                return
            waited = time.monotonic() - began
            if sent < len(signals) and waited >= patience * sent:
                with suppress(ProcessLookupError):
                    os.kill(postmaster.pid, signals[sent])
                sent += 1
            elif waited > patience * len(signals) + 60:
                raise DatabaseDidNotStop(data=home.data)
            time.sleep(0.02)


def ensure_cluster(state_dir: Path) -> Cluster:
    """The running cluster of ``state_dir``, made and started if need be; reads two files when it already runs."""
    cluster = Cluster(state_dir)
    if not cluster.status().is_running:
        cluster.start()
    return cluster


def _make_data(home: Home, binaries: Binaries) -> None:
    """Build the data directory, role and database under another name; it takes its own only when complete."""
    for unfinished in home.path.glob("fresh-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    fresh = home.path / f"fresh-{secrets.token_hex(4)}"
    fresh.mkdir(mode=0o700)
    home.account.owns(fresh)
    password, first = home.password(OWNER), home.path / "first.password"
    write_private(first, home.password(SUPERUSER))
    home.account.owns(first)
    # The builtin C.UTF-8 sorts alike on every machine; before PostgreSQL 17 the C library's is the nearest.
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = builtin if binaries.major >= 17 else ["--locale=C.UTF-8"]
    access = ["-U", SUPERUSER, f"--pwfile={first}", "--auth=scram-sha-256"]
    settings = [f"--set={name}={value}" for name, value in settings_for(binaries).items()]
    initdb = [binaries.tool("initdb"), "-D", str(fresh), "--encoding=UTF8", "--data-checksums", "--no-instructions"]
    if binaries.major >= 17 and syncs_file_systems_reliably():
        initdb.append("--sync-method=syncfs")
    try:
        _must(home.account.run([*initdb, *access, *locale, *settings]))
    finally:
        first.unlink()
    statements = [
        f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE PASSWORD '{password}';",
        f"GRANT pg_monitor TO {OWNER};",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
    ]
    if binaries.has_pg_stat_statements:  # it counts for all databases; in our own, only a superuser could restore a backup
        statements.append("CREATE EXTENSION pg_stat_statements;")
    single = [binaries.tool("postgres"), "--single", "-D", str(fresh), "-c", "exit_on_error=on", "postgres"]
    _must(home.account.run(single, text_in="\n".join(statements) + "\n"), hide=password)
    fresh.rename(home.data)


def _must(ran: subprocess.CompletedProcess[str], *, hide: str = "") -> None:
    if ran.returncode:
        said = ran.stdout.replace(hide, "***") if hide else ran.stdout
        raise DatabaseDidNotStart(said=said.strip()[-2000:], log="the words above")


def _major_of(home: Home) -> str:
    """The major version that made the data, such as ``18``."""
    try:
        return (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
    except PermissionError:
        raise DataBelongsToAnother(data=home.data, owner=home.data.owner()) from None
    except FileNotFoundError:
        raise DataIsIncomplete(data=home.data, reason="it has no PG_VERSION") from None


def _open_log(home: Home) -> int:
    if home.log.exists() and home.log.stat().st_size > LARGEST_LOG:
        home.log.replace(home.log.with_suffix(".log.1"))
    return open_private(home.log, os.O_WRONLY | os.O_APPEND)


def _last_words(home: Home, lines: int = 8) -> str:
    with open(home.log, "rb") as stream:
        stream.seek(max(0, home.log.stat().st_size - 4096))
        return "\n".join(stream.read().decode("utf-8", "replace").splitlines()[-lines:])
