"""Drill the return to a point in time: archive, base backup, a disaster, and the way back to the moment before it.

    python -m tools.drill_pitr

Everything is real and everything is its own: two PostgreSQL servers in a temporary folder, with the same programs and settings the how-to
names (docs/how-to/back-up-and-restore.md). Prints each step; ends with 1 if what comes back is not exactly what was there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from orderhouse.config.restored import faults_of
from orderhouse.kernel.postgres import Cluster
from orderhouse.kernel.postgres.accounts import Account
from orderhouse.kernel.postgres.binaries import binaries_within_reach, find_binaries
from orderhouse.kernel.postgres.homes import find_home
from tests.drills.life import LIVE, MORE

MOVEMENTS = "SELECT count(*) FROM ledger_movement"


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="orderhouse-pitr-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "state")
    try:
        return drill(cluster, folder)
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def drill(cluster: Cluster, folder: Path) -> int:
    """The whole of it; 0 where what came back is what was there."""
    cluster.start()
    home = find_home(cluster.state_dir)
    assert home is not None
    tool = binaries_within_reach(find_binaries(), account=home.account, home=home.path).tool
    archive, base = _folder(folder / "archive", home.account), _folder(folder / "base", home.account)

    say("1 archive every segment of the write-ahead log")
    with owner(cluster) as connection:
        connection.execute("ALTER SYSTEM SET archive_mode = on")
        copy = f"test ! -f {archive}/%f && cp %p {archive}/%f.part && mv {archive}/%f.part {archive}/%f"
        connection.execute(f"ALTER SYSTEM SET archive_command = '{copy}'")
    cluster.restart()
    run(cluster, "-m", "orderhouse.config.cli", "migrate")
    run(cluster, "-c", LIVE)

    say("2 a base backup while it runs")
    backup: list[str | Path] = [
        tool("pg_basebackup"),
        "-d",
        cluster.url("postgres", "postgres"),
        "-D",
        base,
        "--checkpoint=fast",
        "-X",
        "none",
    ]
    must(home.account.run(backup))

    say("3 the business goes on; a moment is noted; then a hand deletes what it should not")
    run(cluster, "-c", MORE)
    with owner(cluster) as connection:
        wanted = one(connection, MOVEMENTS)
        moment = one(connection, "SELECT clock_timestamp()::text")
    time.sleep(0.05)
    with owner(cluster) as connection:
        connection.execute("DELETE FROM ledger_movement")
        connection.execute("UPDATE people_change SET subject = 'eve'")
    with owner(cluster) as connection:
        last = one(connection, "SELECT pg_walfile_name(pg_switch_wal())")
    for _ in range(200):
        if (archive / str(last)).exists():
            break
        time.sleep(0.1)
    cluster.stop()

    say(f"4 back to {moment}")
    socket = _folder(folder / "s", home.account)
    fetch = f"cp {archive}/%f %p"
    (base / "recovery.signal").touch()
    home.account.owns(base / "recovery.signal")
    port = "5433"
    settings = {
        "restore_command": fetch,
        "recovery_target_time": moment,
        "recovery_target_action": "promote",
        "archive_mode": "off",
        "listen_addresses": "",
        "unix_socket_directories": socket,
        "port": port,
    }
    with (base / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    must(home.account.run([tool("pg_ctl"), "-D", base, "-w", "-t", "120", "-l", base / "restored.log", "start"]))
    try:
        address = f"postgresql://{{}}:{{}}@/orderhouse?host={quote(str(socket), safe='')}&port={port}"
        restored, admin = (address.format(user, quote(home.password(user))) for user in ("orderhouse", "postgres"))
        with psycopg.connect(admin, autocommit=True) as connection:
            for _ in range(600):
                if one(connection, "SELECT pg_is_in_recovery()") is False:
                    break
                time.sleep(0.1)
            found = one(connection, MOVEMENTS)

        say("5 prove it there")
        faults = faults_of(restored)
        print(f"  {found} movements, {wanted} wanted; {'; '.join(faults) or 'the books hold and the chain of deeds is unbroken'}")
        return 0 if found == wanted and not faults else 1
    finally:
        home.account.run([tool("pg_ctl"), "-D", base, "-m", "immediate", "stop"])


def say(text: str) -> None:
    print(text, flush=True)


def owner(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(cluster.url(user="postgres"), autocommit=True)


def one(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> object:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def run(cluster: Cluster, *words: str) -> None:
    own = {"DATABASE_URL": cluster.url(), "ORDERHOUSE_STATE": str(cluster.state_dir)}
    subprocess.run([sys.executable, *words], env=os.environ | own, check=True)


def must(ran: subprocess.CompletedProcess[str]) -> None:
    if ran.returncode:
        raise SystemExit(ran.stdout)


def _folder(path: Path, account: Account) -> Path:
    path.mkdir(mode=0o700)
    account.owns(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
