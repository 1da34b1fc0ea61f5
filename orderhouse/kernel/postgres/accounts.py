"""Whom the server runs as: the caller, or, since PostgreSQL refuses root, an existing unprivileged account."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orderhouse.kernel.postgres.refusals import NoAccountForServer

UNPRIVILEGED = ("postgres", "nobody")
"""Existing accounts to run as when the caller is root, the first found wins; none is ever created."""

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""All that the server's programs are told: a caller's PGDATA, PGHOST or LD_LIBRARY_PATH must not lead them astray."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the data; ``drops`` says that we are root and take on its uid and gid for the server's programs."""

    name: str
    uid: int
    gid: int
    drops: bool

    def owns(self, path: Path) -> None:
        """Hand one file or directory to this account; its parents are left alone."""
        if self.drops:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        text_in: str = "",
        stderr: int = subprocess.STDOUT,
        pass_fds: Sequence[int] = (),
        environment: Mapping[str, str] = ENVIRONMENT,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in a session of its own so that the caller's Ctrl-C does not reach it.

        Standard output is returned; standard error joins it unless a file descriptor is given.
        """
        identity: dict[str, object] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}
        return subprocess.run(
            [str(word) for word in command],
            input=text_in,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            errors="replace",
            cwd="/",  # the caller's directory may be closed to the account
            env=dict(environment),
            umask=0o077,
            pass_fds=pass_fds,
            start_new_session=True,
            check=False,
            **identity,  # type: ignore[call-overload]
        )

    def reaches(self, directory: Path) -> bool:
        """Whether this account may pass through every parent into ``directory``: tried, since modes do not tell of ACLs."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", directory]).returncode == 0


def account_for(data: Path) -> Account:
    """The caller; for root the owner of existing ``data``, else the first of :data:`UNPRIVILEGED` that exists."""
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid(), drops=False)
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return _tried(Account(_name(owner.st_uid), owner.st_uid, owner.st_gid, drops=True))
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return _tried(Account(name, entry.pw_uid, entry.pw_gid, drops=True))
    raise NoAccountForServer(reason=f"this machine has none of the accounts {', '.join(UNPRIVILEGED)}")


def _tried(account: Account) -> Account:
    try:
        account.run(["/bin/sh", "-c", ":"])
    except (PermissionError, OSError, subprocess.SubprocessError) as error:  # a container may map root only
        raise NoAccountForServer(reason=f"root may not become {account.name} here ({error})") from error
    return account


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
