from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhouse.kernel.postgres import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running cluster that the tests share; each leaves it running."""
    with_parents_open = _open_directory()
    made = Cluster(with_parents_open / "state")
    made.start()
    yield made
    _clear(made, with_parents_open)


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A cluster for one test, not made yet."""
    with_parents_open = _open_directory()
    made = Cluster(with_parents_open / "state")
    yield made
    _clear(made, with_parents_open)


@pytest.fixture
def closed_directory(tmp_path: Path) -> Path:
    """A directory behind one that only its owner may pass, like root's home."""
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "checkout").mkdir()
    return tmp_path / "home" / "checkout"


def _open_directory() -> Path:
    made = Path(tempfile.mkdtemp(prefix="orderhouse-test-", dir="/tmp"))
    made.chmod(0o755)
    if os.geteuid() == 0:
        assert made.stat().st_uid == 0
    return made


def _clear(cluster: Cluster, directory: Path) -> None:
    cluster.remove()
    shutil.rmtree(directory)
