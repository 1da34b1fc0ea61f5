"""Puts a backup in the place of the present database, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from orderhouse.kernel.postgres.addresses import database_of, on_database
from orderhouse.kernel.postgres.clients import run_client, run_sql, server_version
from orderhouse.kernel.postgres.refusals import CannotRestore, DatabaseSaidNo

APP_ROLE = "orderhouse_app"
"""The role that backups grant rights to. Roles belong to a server, not to a database, so a new server lacks it."""

LONGEST_NAME = 63

_CREATE_ROLE = """
SELECT count(*) = 0 AS missing FROM pg_roles WHERE rolname = :'role' \\gset
\\if :missing
  CREATE ROLE :"role" NOLOGIN;
  GRANT :"role" TO CURRENT_USER;
\\endif
"""

_EVICT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN (:'present', :'fresh');"


def restore_database(*, url: str, file: Path, keep_old: bool = True, check: Callable[[str], None] | None = None) -> str:
    """Restore ``file`` into a fresh database, then swap names with the one of ``url``; the name the old one was kept under.

    The old database serves until the swap, which ends its sessions and is one transaction: whatever fails before, it is
    as it was. It is kept as ``<name>_before_<time>`` unless ``keep_old`` is false or there was none (then ""). The role of
    ``url`` must own it and have CREATEDB; ``check`` is handed the URL of the fresh database before the swap, and what it raises
    ends the restore. All that is restored becomes its own. Settings given by ALTER DATABASE do not travel.
    """
    present, server = database_of(url), on_database(url, "postgres")
    fresh = present[: LONGEST_NAME - 10] + "_restoring"
    kept = present[: LONGEST_NAME - 23] + f"_before_{datetime.now(UTC):%Y%m%dt%H%M%S}"
    if not file.is_file():
        raise CannotRestore(database=present, reason=f"{file} is not a file.", mend="Name a file made by `orderhouse db backup`.")
    server_version(server)
    try:
        run_sql(server, _CREATE_ROLE, role=APP_ROLE)
        run_sql(server, 'DROP DATABASE IF EXISTS :"fresh"; CREATE DATABASE :"fresh" TEMPLATE template0;', fresh=fresh)
    except DatabaseSaidNo as no:
        mend = f"Let no other restore run, and give this role CREATEDB and ownership of {present}."
        raise CannotRestore(database=present, reason=no.facts["said"], mend=mend) from no
    try:
        # One job: its order checks foreign keys before row-level security is on, which even an owner cannot look past.
        ran = run_client("pg_restore", on_database(url, fresh), "--exit-on-error", "--no-owner", str(file))
        if ran.returncode:
            raise CannotRestore(database=present, reason=ran.stderr.strip(), mend="Try an older backup, or mend what it names.")
        run_sql(on_database(url, fresh), "ANALYZE;")
        if check:
            check(on_database(url, fresh))
        existed = _swap(server, present=present, fresh=fresh, kept=kept)
    except BaseException:
        with suppress(DatabaseSaidNo):  # the reason it failed matters more
            run_sql(server, 'DROP DATABASE IF EXISTS :"fresh" WITH (FORCE);', fresh=fresh)
        raise
    if existed and not keep_old:
        run_sql(server, 'DROP DATABASE :"kept" WITH (FORCE);', kept=kept)
        return ""
    return kept if existed else ""


def _swap(server: str, *, present: str, fresh: str, kept: str) -> bool:
    """Both renames in one transaction. A client may reconnect between its eviction and the rename's lock: then again."""
    existed = bool(run_sql(server, "SELECT 1 FROM pg_database WHERE datname = :'present';", present=present))
    set_aside = 'ALTER DATABASE :"present" RENAME TO :"kept";' if existed else ""
    for attempt in range(5):
        try:
            run_sql(
                server,
                f'{_EVICT} BEGIN; {set_aside} ALTER DATABASE :"fresh" RENAME TO :"present"; COMMIT;',
                present=present,
                fresh=fresh,
                kept=kept,
            )
            return existed
        except DatabaseSaidNo as no:
            if attempt == 4 or "being accessed by other users" not in no.facts["said"]:
                raise CannotRestore(database=present, reason=no.facts["said"], mend="Stop the application and try again.") from no
    raise AssertionError("unreachable")
