"""Runs PostgreSQL's client programs against a URL, of the embedded cluster or of any server."""

from __future__ import annotations

import subprocess

from orderhouse.kernel.postgres.addresses import client_environment, without_password
from orderhouse.kernel.postgres.binaries import OLDEST_MAJOR, find_binaries
from orderhouse.kernel.postgres.refusals import DatabaseSaidNo, ServerTooOld


def run_client(program: str, url: str, *arguments: str, text_in: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``psql``, ``pg_dump`` or ``pg_restore`` on ``url``; the password goes by environment, never by command line."""
    address, password = without_password(url)
    return subprocess.run(
        [find_binaries().tool(program), "--dbname", address, "--no-password", *arguments],
        input=text_in,
        capture_output=True,
        text=True,
        errors="replace",
        env=client_environment(password),
        check=False,
    )


def run_sql(url: str, sql: str, **variables: str) -> list[str]:
    """Run a psql script, stopping at the first error; its answer, one line a row, columns parted by ``|``.

    ``variables`` are quoted by psql where the script says ``:'name'`` (text) or ``:"name"`` (identifier).
    """
    settings = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
    ran = run_client("psql", url, "-XqAt", "-v", "ON_ERROR_STOP=1", *settings, "-f", "-", text_in=sql)
    if ran.returncode:
        raise DatabaseSaidNo(said=ran.stderr.strip())
    return ran.stdout.splitlines()


def server_version(url: str) -> str:
    """Such as ``18.6``; refuses a server older than PostgreSQL 16."""
    version, number = run_sql(url, "SHOW server_version; SHOW server_version_num;")
    if int(number) // 10_000 < OLDEST_MAJOR:
        raise ServerTooOld(found=version, wanted=OLDEST_MAJOR)
    return version
