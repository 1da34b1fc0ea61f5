"""Every test runs on real PostgreSQL, in its own tenant of a database cloned from one migrated template."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent
SHARED = ROOT.parent / "shared"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _schema_version() -> str:
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("orderhouse/*/migrations/*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def migrate(url: str, settings: str = "orderhouse.config.settings.together") -> None:
    """Bring a database to the present schema, as its owner."""
    environment = os.environ | {"DATABASE_URL": url, "ORDERHOUSE_ROLE": "", "DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def _database_for_this_process() -> str:
    """The URL of a database of this test process's own; made from the template, dropped at the end."""
    import psycopg

    from orderhouse.kernel.postgres import ensure_cluster, on_database

    state = Path(os.environ.get("ORDERHOUSE_TEST_STATE", ROOT / ".orderhouse" / "test")).absolute()
    with _alone(state / "template.lock"):
        maintenance = os.environ.get("DATABASE_URL") or ensure_cluster(state).url("postgres")
        template = f"template_{_schema_version()}"
        with psycopg.connect(maintenance, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (template,)).fetchone():
                connection.execute(f'DROP DATABASE IF EXISTS "{template}_unfinished"')  # of a run that was interrupted
                connection.execute(f'CREATE DATABASE "{template}_unfinished"')
                migrate(on_database(maintenance, f"{template}_unfinished"))
                connection.execute(f'ALTER DATABASE "{template}_unfinished" RENAME TO "{template}"')
            name = f"test_{os.getpid()}_{uuid.uuid4().hex[:6]}"
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def drop() -> None:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(maintenance, autocommit=True) as connection:
            for _ in range(20):  # an autovacuum worker of another role may be looking at it just now
                try:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                    return
                except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                    time.sleep(0.25)

    atexit.register(drop)
    return on_database(maintenance, name)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ.setdefault("ORDERHOUSE_STATE", str(ROOT / ".orderhouse" / "test" / "state"))
        os.environ["DATABASE_URL"] = _database_for_this_process()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
        import django

        django.setup()


@dataclass(frozen=True)
class BusinessUnderTest:
    """A fresh tenant: ``by`` commands in its name at a fixed moment, ``owner_id`` owns its stock."""

    tenant_id: int
    owner_id: int
    code: str
    by: Any


@pytest.fixture
def business() -> BusinessUnderTest:
    """A business of this test's own: no other test sees its rows, so nothing needs to be cleaned away."""
    from orderhouse.catalog.open_business import open_business
    from orderhouse.kernel.actors import By

    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
    code = f"t-{uuid.uuid4().hex[:12]}"
    opened = open_business(code=code, name=code, at=at)
    return BusinessUnderTest(opened.tenant_id, opened.owner_id, code, By(opened.tenant_id, "tester", at))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """``../shared/data``: real orders and published instances. Skipped only where there is no ``../shared`` at all."""
    if not SHARED.exists():
        pytest.skip("no ../shared beside the project: tests on its data are left out")
    return SHARED / "data"
