"""A backup is worth what its restore is: proven before it takes the other's place, refused where it would bury somebody."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from orderhouse.kernel.postgres import Cluster, back_up_database
from tests.drills.life import LIVE


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    state = Path(tempfile.mkdtemp(prefix="orderhouse-drill-"))
    state.chmod(0o755)
    made = Cluster(state / "cluster")
    made.start()
    yield made
    made.remove()


def orderhouse(cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    own = {
        "DATABASE_URL": cluster.url(),
        "DATABASE_ADMIN_URL": cluster.url(user="postgres"),
        "ORDERHOUSE_STATE": str(cluster.state_dir),
    }
    command = [sys.executable, *(words if words[0] == "-c" else ("-m", "orderhouse.config.cli", *words))]
    return subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=False)


def keys(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url(user="postgres")) as owner:
        row = owner.execute("SELECT count(*) FROM people_api_key").fetchone()
        return int(row[0]) if row else -1


def test_a_backup_is_proven_before_it_replaces_anything_and_never_buries_a_business_unasked(
    cluster: Cluster, tmp_path: Path
) -> None:
    assert orderhouse(cluster, "migrate").returncode == 0
    assert (lived := orderhouse(cluster, "-c", LIVE)).returncode == 0, lived.stderr
    good, bent = tmp_path / "good", tmp_path / "bent"
    back_up_database(url=cluster.url(user="postgres"), file=good)
    with psycopg.connect(cluster.url(user="postgres")) as hand:
        hand.execute("UPDATE people_change SET subject = 'eve' WHERE position = 2")
        hand.execute("UPDATE ledger_account SET balance = 6 WHERE state = 'lost'")
        hand.execute("DELETE FROM people_api_key WHERE name = 'pda'")
    back_up_database(url=cluster.url(user="postgres"), file=bent)

    unasked = orderhouse(cluster, "db", "restore", str(good))
    assert unasked.returncode == 2
    assert "acme would be replaced" in unasked.stderr
    assert keys(cluster) == 2

    refused = orderhouse(cluster, "db", "restore", str(bent), "--force")
    assert refused.returncode == 2
    assert "the chain of deeds is broken at row 2" in refused.stderr
    assert "balance equals recount: 3 rows" in refused.stderr

    restored = orderhouse(cluster, "db", "restore", str(good), "--force")
    assert restored.returncode == 0, restored.stderr
    assert "Its books are proven and its chain of deeds is unbroken." in restored.stdout
    assert keys(cluster) == 3
