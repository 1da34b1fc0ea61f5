"""Writes a database into one file that :func:`restore_database` reads."""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
from pathlib import Path

from orderhouse.kernel.postgres.binaries import find_binaries
from orderhouse.kernel.postgres.clients import run_client, server_version
from orderhouse.kernel.postgres.refusals import CannotBackUp


def back_up_database(*, url: str, file: Path) -> int:
    """Write the database of ``url`` to ``file`` in pg_dump's custom format, from one snapshot; its size in bytes.

    ``url``'s role must see every row: a superuser or one with BYPASSRLS, or pg_dump refuses rather than leave rows out.
    The file appears under its name only when it is whole, on disk and readable, replacing an older one; only its owner
    may read it, as it holds personal data.
    """
    _refuse_unless_a_file(file)
    server_version(url)
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        ran = run_client("pg_dump", url, "--format=custom", "--no-owner", f"--file={partial}")  # pg_dump fsyncs it
        if ran.returncode:
            raise CannotBackUp(reason=ran.stderr.strip(), mend=_mend(ran.stderr))
        listed = subprocess.run(
            [find_binaries().tool("pg_restore"), "--list", partial], capture_output=True, text=True, check=False
        )
        if listed.returncode:
            raise CannotBackUp(reason=f"what was written cannot be read: {listed.stderr.strip()}", mend="Check the disk.")
        partial.replace(file)
        _sync_directory(file.parent)
    except OSError as error:
        raise CannotBackUp(reason=f"{file}: {error.strerror}", mend="Choose a directory you may write to.") from error
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


def _refuse_unless_a_file(file: Path) -> None:
    if file.exists() and not stat.S_ISREG(file.stat().st_mode):
        raise CannotBackUp(
            reason=f"{file} is not a regular file", mend="Name a file; what cannot be synced to disk is no backup."
        )
    if not file.parent.is_dir():
        raise CannotBackUp(reason=f"{file.parent} is not a directory", mend="Create it first, or name another.")


def _mend(said: str) -> str:
    if "row-level security" in said:
        return "Set DATABASE_ADMIN_URL to a role with BYPASSRLS (or a superuser) that may read every table."
    if "version mismatch" in said or "SSL" in said:
        return "Set ORDERHOUSE_PG_BIN to the bin directory of PostgreSQL client programs as new as the server, built with SSL."
    return "Mend that and try again; an older backup of that name is untouched."


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
