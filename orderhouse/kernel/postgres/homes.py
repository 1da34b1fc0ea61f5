"""Where a cluster's files stand: inside the state directory, or, when its account cannot get there, in a home elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import random
import secrets
import socket
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orderhouse.kernel.postgres.accounts import Account, account_for
from orderhouse.kernel.postgres.private_files import write_private
from orderhouse.kernel.postgres.refusals import DataIsIncomplete, NoPlaceForData

LONGEST_SOCKET = 107
"""Bytes in a Unix socket's path on Linux, ``sun_path`` less its closing zero."""

POINTER = "postgres.home"


@dataclass(frozen=True, slots=True)
class Home:
    """One cluster's directory. ``away`` tells why it is not inside the state directory, "" when it is.

    The directory and the secrets in it belong to the caller; only ``data`` and the socket's directory to the account.
    """

    path: Path
    account: Account
    away: str = ""

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def lock(self) -> Path:
        return self.path / "server.lock"

    def password(self, user: str) -> str:
        """The password of a database role, made on first asking and kept in a file that only the caller may read."""
        file = self.path / f"{user}.password"
        try:
            return file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            write_private(file, secrets.token_urlsafe(24))
            return file.read_text(encoding="ascii").strip()

    def address(self) -> tuple[str, int]:
        """The socket directory and port of the last start; ("", 0) before the first."""
        try:
            kept = json.loads((self.path / "address.json").read_text(encoding="utf-8"))
            return str(kept["socket"]), int(kept["port"])
        except (FileNotFoundError, ValueError, KeyError):
            return "", 0

    @property
    def socket(self) -> str:
        return self.address()[0]

    def take_address(self, *, another_port: bool = False) -> tuple[str, int]:
        """The remembered socket directory and port where still usable, else fresh ones, remembered for next time."""
        directory, port = self.address()
        if another_port or not port or not _free(port):
            port = _free_port()
        directory = self._socket_directory(directory)
        write_private(self.path / "address.json", json.dumps({"socket": directory, "port": port}))
        return directory, port

    def _socket_directory(self, remembered: str) -> str:
        inside = self.path / "socket"
        if len(os.fsencode(inside / ".s.PGSQL.65535")) <= LONGEST_SOCKET:
            inside.mkdir(mode=0o700, exist_ok=True)
            self.account.owns(inside)
            return str(inside)
        if remembered and _owned_by(Path(remembered), self.account.uid):
            return remembered
        root = tempfile.gettempdir()
        made = Path(tempfile.mkdtemp(prefix="oh-", dir=root if len(os.fsencode(root)) < 60 else "/tmp"))
        self.account.owns(made)
        return str(made)


def find_home(state_dir: Path) -> Home | None:
    """The home of an existing cluster, None when there is none yet."""
    pointer = state_dir / POINTER
    if pointer.exists():
        path = Path(pointer.read_text(encoding="utf-8").strip())
        if not path.exists():
            raise DataIsIncomplete(data=path, reason=f"it is gone, though {pointer} points there")
        account = account_for(path / "data")
        return Home(path, account, away=_away(account, state_dir))
    path = state_dir / "postgres"
    return Home(path, account_for(path / "data")) if path.exists() else None


def make_home(state_dir: Path) -> Home:
    """The existing home, else a new one: in the state directory, or where the account can reach, leaving a pointer there.

    A home away is named after the state directory, so one that lost its pointer is found again rather than orphaned.
    """
    existing = find_home(state_dir)
    if existing:
        return existing
    account = account_for(state_dir / "postgres" / "data")
    if not account.drops:
        return Home(_make(state_dir / "postgres", mode=0o700), account)
    if account.reaches(state_dir):
        return Home(_make(state_dir / "postgres", mode=0o711), account)
    name = "orderhouse-" + hashlib.sha256(os.fsencode(state_dir)).hexdigest()[:12]
    tried = []
    for place in (Path("/var/lib"), Path(tempfile.gettempdir()), Path("/tmp")):
        path = place / name
        with suppress(OSError):
            _make(path, mode=0o711)
            if _owned_by(path, os.geteuid()) and account.reaches(path):
                (state_dir / POINTER).write_text(f"{path}\n", encoding="utf-8")
                return Home(path, account_for(path / "data"), away=_away(account, state_dir))
        tried.append(str(path))
    raise NoPlaceForData(account=account.name, tried=", ".join(tried))


def _away(account: Account, state_dir: Path) -> str:
    return f"{account.name} cannot reach {state_dir}"


def _make(path: Path, *, mode: int) -> Path:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return path
    path.chmod(mode)  # mkdir's mode is subject to the umask
    return path


def _owned_by(path: Path, uid: int) -> bool:
    """A real directory of ``uid`` that nobody else may write: in a shared place someone else may have been there first."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o022


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    """A free port below the range that the kernel hands to outgoing connections, so that it is free next time too."""
    for _ in range(200):
        port = random.randrange(20_000, 30_000)
        if _free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
