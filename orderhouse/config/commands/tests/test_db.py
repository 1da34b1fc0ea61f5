from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhouse.config.commands import db
from orderhouse.kernel.postgres import Cluster, admin_url, database_url, ensure_cluster, on_database, run_sql
from orderhouse.kernel.postgres.refusals import DatabaseNotInitialized, NotADatabaseUrl


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    directory = Path(tempfile.mkdtemp(prefix="orderhouse-test-", dir="/tmp"))
    directory.chmod(0o755)
    made = ensure_cluster(directory / "state")
    yield made
    made.remove()
    shutil.rmtree(directory)


def orderhouse(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="orderhouse")
    db.add_parser(parser.add_subparsers())
    args = parser.parse_args(arguments)
    return int(args.handler(args))


def password_of(url: str) -> str:
    return url.split(":")[2].split("@")[0]


def test_the_commands_work_on_a_server_named_by_database_url(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_sql(cluster.url("postgres"), "CREATE DATABASE shop;")
    run_sql(cluster.url("shop"), "CREATE TABLE stock AS SELECT 1 AS n;")
    monkeypatch.setenv("ORDERHOUSE_STATE", str(tmp_path / "unused"))
    monkeypatch.setenv("DATABASE_URL", cluster.url("shop", tcp=True))
    monkeypatch.setenv("DATABASE_ADMIN_URL", on_database(cluster.url(user="postgres", tcp=True), "shop"))
    assert [orderhouse("db", verb) for verb in ("start", "status", "stop")] == [0, 0, 0]
    assert orderhouse("db", "backup", str(tmp_path / "b")) == 0
    run_sql(cluster.url("shop"), "TRUNCATE stock;")
    assert orderhouse("db", "restore", str(tmp_path / "b"), "--discard-old") == 0
    assert run_sql(cluster.url("shop"), "SELECT n FROM stock;") == ["1"]
    assert cluster.status().is_running
    assert Cluster(tmp_path / "unused").status().state == "absent"
    said = capsys.readouterr().out
    assert "PostgreSQL 18" in said
    assert password_of(cluster.url()) not in said


def test_the_commands_work_on_the_embedded_cluster(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("DATABASE_URL", "DATABASE_ADMIN_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ORDERHOUSE_STATE", str(tmp_path / "none"))
    assert orderhouse("db", "status") == db.STOPPED
    monkeypatch.setenv("ORDERHOUSE_STATE", str(cluster.state_dir))
    assert orderhouse("db", "stop") == 0
    assert orderhouse("db", "status") == db.STOPPED
    with pytest.raises(DatabaseNotInitialized, match="no running database"):
        database_url()
    assert run_sql(database_url(ensure=True), "SELECT 1;") == ["1"]
    assert run_sql(admin_url(), "SELECT current_user;") == ["postgres"]
    assert orderhouse("db", "start") == 0
    said = capsys.readouterr().out
    assert "no embedded database yet" in said
    assert "stopped." in said
    assert said.count("running.") == 1
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere:secret@host/db")
    with pytest.raises(NotADatabaseUrl) as refused:
        database_url()
    assert "secret" not in str(refused.value)


def test_psql_opens_the_database_without_showing_the_password(cluster: Cluster) -> None:
    program = """
import argparse, sys
from orderhouse.config.commands import db
parser = argparse.ArgumentParser()
db.add_parser(parser.add_subparsers())
args = parser.parse_args(["db", "psql", "--", "-XAtc", "SELECT current_user", "-c", "\\\\! tr '\\\\0' ' ' < /proc/$PPID/cmdline"])
args.handler(args)
"""
    environment = {"PATH": "/usr/bin:/bin", "ORDERHOUSE_STATE": str(cluster.state_dir)}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    user, command_line = ran.stdout.splitlines()
    assert user == "orderhouse"
    assert "psql --dbname postgresql://orderhouse@" in command_line
    assert password_of(cluster.url()) not in command_line


def test_a_whole_business_comes_back_from_its_backup_row_level_security_and_all(cluster: Cluster, tmp_path: Path) -> None:
    run_sql(cluster.url("postgres"), "CREATE DATABASE whole;")
    environment = os.environ | {
        "DATABASE_URL": cluster.url("whole"),
        "DATABASE_ADMIN_URL": cluster.url("whole", user="postgres"),
        "ORDERHOUSE_STATE": str(tmp_path / "state"),
    }

    def command(*arguments: str) -> str:
        run = [sys.executable, "-m", "orderhouse.config.cli", *arguments]
        ran = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    command("business", "open", "acme", "Acme")
    assert command("business", "key", "acme", "shop", "--scope", "orders:write").startswith("oh_")
    command("db", "backup", str(tmp_path / "backup"))
    command("business", "open", "late", "Opened after the backup")
    command("db", "restore", str(tmp_path / "backup"), "--force")
    assert command("business", "list") == "acme\tAcme\n"
    assert "The books hold." in command("ledger", "prove")
