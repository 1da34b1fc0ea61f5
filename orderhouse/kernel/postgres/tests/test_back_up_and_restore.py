from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest

from orderhouse.kernel.postgres import (
    Cluster,
    back_up_database,
    restore_database,
    run_sql,
)
from orderhouse.kernel.postgres.clients import run_client
from orderhouse.kernel.postgres.refusals import CannotBackUp, CannotRestore

SCHEMA = """
DO $$ BEGIN IF to_regrole('orderhouse_app') IS NULL THEN CREATE ROLE orderhouse_app NOLOGIN; END IF; END $$;
GRANT orderhouse_app TO CURRENT_USER;
CREATE TABLE stock (tenant_id bigint, sku text, quantity int CHECK (quantity >= 0), PRIMARY KEY (tenant_id, sku));
INSERT INTO stock SELECT n % 3, 'SKU-' || n, n FROM generate_series(1, 20000) n;
ALTER TABLE stock ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON stock TO orderhouse_app USING (tenant_id = current_setting('app.tenant', true)::bigint);
GRANT SELECT ON stock TO orderhouse_app;
"""
CENSUS = "SELECT count(*), sum(quantity) FROM stock;"
ALL = ["20000|200010000"]


@pytest.fixture
def database(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A database of 20,000 rows behind forced row-level security; its name."""
    name = f"trial_{abs(hash(request.node.name)) % 10**9}"
    run_sql(cluster.url("postgres"), f"CREATE DATABASE {name};")
    run_sql(cluster.url(name), SCHEMA)
    return name


def census(cluster: Cluster, database: str) -> list[str]:
    return run_sql(cluster.url(database, "postgres"), CENSUS)


def databases_like(cluster: Cluster, database: str) -> list[str]:
    listing = "SELECT datname FROM pg_database WHERE starts_with(datname, :'name') ORDER BY 1;"
    return run_sql(cluster.url("postgres"), listing, name=database)


def test_a_backup_holds_every_row_past_row_level_security(cluster: Cluster, database: str, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    assert run_sql(cluster.url(database), CENSUS) == ["0|"]  # the owner itself sees none
    size = back_up_database(url=cluster.url(database, "postgres"), file=file)
    assert size == file.stat().st_size > 20_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    run_sql(cluster.url(database, "postgres"), "DELETE FROM stock WHERE tenant_id = 1; UPDATE stock SET quantity = 0;")

    kept = restore_database(url=cluster.url(database), file=file)

    assert census(cluster, database) == ALL
    assert census(cluster, kept) == ["13333|0"]
    as_tenant = "SET ROLE orderhouse_app; SET app.tenant = '1'; SELECT count(*) FROM stock;"
    assert run_sql(cluster.url(database), as_tenant) == ["6667"]
    assert databases_like(cluster, database) == sorted([database, kept])


def test_a_backup_restores_on_a_new_server(cluster: Cluster, own_cluster: Cluster, database: str, tmp_path: Path) -> None:
    back_up_database(url=cluster.url(database, "postgres"), file=tmp_path / "b")
    own_cluster.start()
    assert restore_database(url=own_cluster.url(), file=tmp_path / "b", keep_old=False) == ""
    assert census(own_cluster, "orderhouse") == ALL
    owned = "SELECT tableowner FROM pg_tables WHERE tablename = 'stock';"
    assert run_sql(own_cluster.url(), owned) == ["orderhouse"]
    assert databases_like(own_cluster, "orderhouse") == ["orderhouse"]
    assert restore_database(url=own_cluster.url("not_yet_there"), file=tmp_path / "b") == ""
    assert census(own_cluster, "not_yet_there") == ALL


def test_a_backup_cut_short_restores_nothing_and_keeps_the_old(cluster: Cluster, database: str, tmp_path: Path) -> None:
    file = tmp_path / "b"
    back_up_database(url=cluster.url(database, "postgres"), file=file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    run_sql(cluster.url(database, "postgres"), "DELETE FROM stock WHERE tenant_id = 0;")
    with pytest.raises(CannotRestore, match="is as it was"):
        restore_database(url=cluster.url(database), file=file)
    assert census(cluster, database) == ["13334|133346667"]
    assert databases_like(cluster, database) == [database]


def test_a_restore_that_breaks_a_rule_halfway_keeps_the_old(cluster: Cluster, database: str, tmp_path: Path) -> None:
    admin = cluster.url(database, "postgres")
    run_sql(admin, "CREATE FUNCTION sound(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 >= 0';")
    run_sql(admin, "CREATE TABLE checked (n int CHECK (sound(n))); INSERT INTO checked VALUES (1);")
    run_sql(admin, "CREATE OR REPLACE FUNCTION sound(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 > 5';")
    back_up_database(url=admin, file=tmp_path / "b")  # its row no longer passes its own check
    with pytest.raises(CannotRestore, match="violates check constraint"):
        restore_database(url=cluster.url(database), file=tmp_path / "b")
    assert census(cluster, database) == ALL
    assert databases_like(cluster, database) == [database]


def test_open_sessions_are_ended_and_connect_again(cluster: Cluster, database: str, tmp_path: Path) -> None:
    back_up_database(url=cluster.url(database, "postgres"), file=tmp_path / "b")
    codes: list[int] = []

    def keep_reconnecting() -> None:
        while len(codes) < 200 and not done.is_set():
            codes.append(run_client("psql", cluster.url(database), "-Xqc", "SELECT pg_sleep(30);").returncode)

    done = threading.Event()
    clients = [threading.Thread(target=keep_reconnecting) for _ in range(3)]
    for client in clients:
        client.start()
    while len(run_sql(cluster.url("postgres"), "SELECT 1 FROM pg_stat_activity WHERE datname = :'d';", d=database)) < 3:
        time.sleep(0.02)
    kept = restore_database(url=cluster.url(database), file=tmp_path / "b")
    done.set()
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(datname, :'d');"
    for client in clients:
        while client.is_alive():
            run_sql(cluster.url("postgres"), end, d=database)
            client.join(timeout=0.1)
    assert census(cluster, database) == ALL
    assert kept in databases_like(cluster, database)
    assert len(codes) >= 3


def test_a_failed_backup_leaves_the_older_one(cluster: Cluster, database: str, tmp_path: Path) -> None:
    file = tmp_path / "b"
    back_up_database(url=cluster.url(database, "postgres"), file=file)
    older = file.read_bytes()
    with pytest.raises(CannotBackUp, match="row-level security") as refused:
        back_up_database(url=cluster.url(database), file=file)  # this role would leave rows out
    assert "BYPASSRLS" in refused.value.how_to_mend
    assert file.read_bytes() == older
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("file", ["/dev/null", "/proc/no/such/directory/b", "/"])
def test_a_backup_must_be_a_file(cluster: Cluster, file: str) -> None:
    with pytest.raises(CannotBackUp):
        back_up_database(url=cluster.url(), file=Path(file))
    assert Path("/dev/null").is_char_device()
