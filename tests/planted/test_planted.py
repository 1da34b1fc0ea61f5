"""The planted bugs still fit the sources, and planting works; ``make planted`` plants them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planted.__main__ import judge
from tests.planted.bug import stale
from tests.planted.catalog import BUGS
from tests.planted.scratch import ROOT, Scratch

BY_NAME = {bug.name: bug for bug in BUGS}


def test_every_bug_has_a_name_of_its_own_and_tests_that_exist() -> None:
    assert len(BY_NAME) == len(BUGS) >= 36
    missing = {
        f"{bug.name}: {test}"
        for bug in BUGS
        for test in (*bug.caught_by, *bug.wider)
        if not (ROOT / test.partition("::")[0]).exists()
    }
    assert missing == set()


def test_every_bug_can_still_be_planted() -> None:
    assert {bug.name: why for bug in BUGS if (why := stale(bug, ROOT))} == {}


@pytest.mark.parametrize("name", ["ledger-overdraws"])
def test_a_planted_bug_is_caught_and_the_sources_are_as_before(name: str, tmp_path: Path) -> None:
    bug, scratch = BY_NAME[name], Scratch(tmp_path)
    verdict = judge(bug, scratch, frozenset())
    assert (verdict.stale, bool(verdict.caught_by)) == ("", True)
    assert stale(bug, scratch.root) == ""
