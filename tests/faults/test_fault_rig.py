"""A short run of the fault rig: a whole house, every kind of fault at least once, and an oracle shown to see what is wrong.

``ORDERHOUSE_SEED`` repeats a run; the seed is printed. The campaign is ``make faults``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.contract.two_servers import ROOT
from tests.faults.plan import KINDS

FAULTS = 45
"""As many as there are kinds: each has its turn."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run came to. It runs in a process of its own, which mounts a small disk that nobody else sees."""
    seed = int(os.environ.get("ORDERHOUSE_SEED", time.time_ns() % 10**6))
    print(f"ORDERHOUSE_SEED={seed}")
    output = tmp_path_factory.mktemp("faults") / "outcome.json"
    command = [sys.executable, "-m", "tests.faults", "--impatient", "--planted", f"--output={output}"]
    ran = subprocess.run(
        [*command, f"--faults={FAULTS}", f"--seed={seed}"], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    print(ran.stderr[-4000:])
    assert output.exists(), ran.stderr[-4000:]
    return dict(json.loads(Path(output).read_text()))


def test_whatever_is_killed_or_cut_no_acknowledged_command_is_lost_and_none_takes_effect_twice(outcome: dict[str, Any]) -> None:
    assert outcome["wrong"] == []
    assert (outcome["lost"], outcome["doubled"], outcome["invariant_violations"]) == (0, 0, 0)
    assert outcome["acknowledged"] > 40
    assert outcome["units_shipped"] > 0


def test_after_the_storm_every_command_has_an_answer(outcome: dict[str, Any]) -> None:
    assert outcome["unknown_kinds"] == {}


def test_every_kind_of_fault_took_place(outcome: dict[str, Any]) -> None:
    missing = set(KINDS) - set(outcome["by_kind"]) - set(outcome["not_possible_here"])
    assert missing == set()


@pytest.mark.parametrize("planted", ["loss", "double", "drift"])
def test_the_oracle_sees_what_is_planted(outcome: dict[str, Any], planted: str) -> None:
    assert outcome["planted"][planted]
