"""Each wing alone tells and changes nothing of the neighbor either: other settings, another address list, the same walk."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.security.houses import Neighbors
from tests.security.operations import Operation
from tests.security.test_foreign_ids import Findings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("product", ["oms_alone", "wms_alone"])
def test_a_wing_alone_tells_and_changes_nothing_of_the_neighbor(
    product: str, neighbors: Neighbors, everything: list[Operation], tmp_path: Path
) -> None:
    before, found = neighbors.marked.state(), Findings(neighbors)
    told = _walked(product, neighbors, tmp_path)
    neighbors.requests += told["requests"]
    neighbors.said += told["said"]
    found.extend(told["found"])
    found.compare(before)
    assert not found, "\n".join(found)
    assert told["pages"] > 60, told
    assert 40 < told["calls"] < sum(each.door == "api" for each in everything), told


def _walked(product: str, neighbors: Neighbors, folder: Path) -> Any:
    """What ``tests.security.alone`` told."""
    file, copy = folder / "neighbors", deepcopy(neighbors)
    copy.requests = 0
    for known in (copy.ours.known, copy.theirs):
        known.numbers = itertools.repeat(0)
    file.write_bytes(pickle.dumps(copy))
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": f"orderhouse.config.settings.{product}"}
    command = [sys.executable, "-m", "tests.security.alone", str(file)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)
