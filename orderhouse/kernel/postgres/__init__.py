"""PostgreSQL underneath: an embedded cluster of our own, or the server that ``DATABASE_URL`` names. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path

from orderhouse.kernel.postgres.addresses import checked, on_database
from orderhouse.kernel.postgres.back_up_database import back_up_database
from orderhouse.kernel.postgres.clients import run_sql, server_version
from orderhouse.kernel.postgres.cluster import OWNER, SUPERUSER, Cluster, Status, ensure_cluster
from orderhouse.kernel.postgres.refusals import DatabaseNotInitialized
from orderhouse.kernel.postgres.restore_database import restore_database

__all__ = [
    "Cluster",
    "Status",
    "admin_url",
    "back_up_database",
    "database_url",
    "ensure_cluster",
    "is_embedded",
    "on_database",
    "restore_database",
    "run_sql",
    "server_version",
    "state_directory",
]


def state_directory() -> Path:
    """``ORDERHOUSE_STATE``, else ``.orderhouse`` in the current directory."""
    return Path(os.environ.get("ORDERHOUSE_STATE") or ".orderhouse").absolute()


def is_embedded() -> bool:
    """Whether the database is our own cluster, no ``DATABASE_URL`` naming another."""
    return not os.environ.get("DATABASE_URL")


def database_url(*, ensure: bool = False) -> str:
    """The URL of the database's owner: ``DATABASE_URL`` as it stands, else that of the embedded cluster.

    With ``ensure`` the embedded cluster is made and started when it does not run; without, that is refused.
    """
    return _url("DATABASE_URL", user=OWNER, ensure=ensure)


def admin_url(*, ensure: bool = False) -> str:
    """The URL of a role that sees every row, past row-level security, for backups.

    ``DATABASE_ADMIN_URL``, else ``DATABASE_URL``, else the embedded cluster's superuser.
    """
    variable = "DATABASE_ADMIN_URL" if os.environ.get("DATABASE_ADMIN_URL") else "DATABASE_URL"
    return _url(variable, user=SUPERUSER, ensure=ensure)


def _url(variable: str, *, user: str, ensure: bool) -> str:
    named = os.environ.get(variable)
    if named:
        return checked(named, variable=variable)
    cluster = ensure_cluster(state_directory()) if ensure else Cluster(state_directory())
    if not cluster.status().is_running:
        raise DatabaseNotInitialized(state=cluster.state_dir)
    return cluster.url(user=user)
