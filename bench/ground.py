"""The ground a benchmark stands on: a PostgreSQL cluster of its own, one database for the product and its twin for the floor.

The floor is measured in a second database of the same cluster, made as a copy of the product's: the same tables, indexes, foreign
keys and CHECKs, the same rows to begin with, the same disk. ``fsync``, ``synchronous_commit`` and ``full_page_writes`` are on. The
only setting that differs from what ``orderhouse`` starts is ``wal_level = logical``: out of its own write-ahead log PostgreSQL tells
what rows the product wrote (:mod:`bench.recording`), for both databases alike.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from orderhouse.kernel.postgres import Cluster, accounts

ROOT = Path(__file__).resolve().parents[1]
FLOOR = "floor"
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size", "wal_sync_method")


class Ground:
    """A running cluster in ``state``, deleted at the end."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.cluster = Cluster(state)
        self.cluster.start()
        with psycopg.connect(self.admin_url("postgres"), autocommit=True) as admin:
            level = admin.execute("SHOW wal_level").fetchone()
            if level != ("logical",):
                admin.execute("ALTER SYSTEM SET wal_level = 'logical'")
                admin.execute("ALTER SYSTEM SET pg_stat_statements.max = 10000")
        if level != ("logical",):
            self.cluster.restart()
        self.admin = psycopg.connect(self.admin_url("postgres"), autocommit=True)

    def use(self) -> None:
        """Make this process, and those it starts, work on this cluster as the product does: migrated, as the app role."""
        os.environ |= {"ORDERHOUSE_STATE": str(self.state), "DATABASE_URL": self.cluster.url()}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
        from orderhouse.config.ready import migrate, ready, take_writer_number

        migrate(self.cluster.url())
        ready()
        take_writer_number()

    def admin_url(self, database: str = "orderhouse") -> str:
        """The superuser's: past row-level security, as a floor shall be."""
        return self.cluster.url(database, "postgres")

    @property
    def postmaster(self) -> int:
        pid = self.cluster.status().pid
        assert pid
        return pid

    def copy(self) -> None:
        """Make the floor's database anew, as a copy of the product's; nobody may be connected to either."""
        self.admin.execute(f"DROP DATABASE IF EXISTS {FLOOR} WITH (FORCE)")
        self.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'orderhouse'")
        self.admin.execute(f"CREATE DATABASE {FLOOR} TEMPLATE orderhouse STRATEGY file_copy")

    def restart(self, *, environment: Mapping[str, str] | None = None) -> None:
        """Stop and start the cluster; its processes get ``environment`` beside what they always get."""
        self.admin.close()
        more = environment or {}
        accounts.ENVIRONMENT.update(more)
        try:
            self.cluster.restart()
        finally:
            for name in more:
                del accounts.ENVIRONMENT[name]
        self.admin = psycopg.connect(self.admin_url("postgres"), autocommit=True)

    def value(self, statement: str) -> Any:
        row = self.admin.execute(statement.encode()).fetchone()
        return row[0] if row else None

    def environment(self) -> dict[str, Any]:
        """Machine, versions, settings, commit: what a figure means nothing without."""
        return {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_memory_gb()} GB, Linux {platform.release()}",
            "processor": _processor(),
            "load_average_at_start": os.getloadavg(),
            "postgresql": self.value("SELECT version()"),
            "python": platform.python_version(),
            "settings": {name: self.value(f"SHOW {name}") for name in SETTINGS},
            "flush_ms": self.flush_ms(),
            "commit": _git("rev-parse", "HEAD"),
            "changed_since_commit": bool(_git("status", "--porcelain", "--", "orderhouse")),
        }

    def flush_ms(self, tries: int = 50) -> float:
        """Milliseconds of a flush of 8 kB where the cluster stands, the median."""
        from time import perf_counter

        path, taken = self.state / "flush.probe", []
        with path.open("wb", buffering=0) as file:
            for _ in range(tries):
                file.write(b"\0" * 8192)
                begun = perf_counter()
                os.fdatasync(file.fileno())
                taken.append(1000 * (perf_counter() - begun))
        path.unlink()
        return round(sorted(taken)[tries // 2], 3)

    def close(self) -> None:
        self.admin.close()
        self.cluster.remove()
        shutil.rmtree(self.state, ignore_errors=True)


def _git(*words: str) -> str:
    with suppress(OSError):
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return ""


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
