"""A process of the campaign: its own database, its own share of the steps."""

from __future__ import annotations

from typing import Any


class _NoPytest:
    """What the fixtures' plugin asks of pytest, for a process that is none."""

    def getoption(self, *_: object) -> None:
        return None


def begin() -> None:
    """A database of this process's own, from the template that the tests use. Before anything of the house is imported."""
    import conftest

    conftest.pytest_configure(_NoPytest())  # type: ignore[arg-type]


def share(first_seed: int, steps: int, stride: int, answers: Any) -> None:
    """Run a share and put its tally on the queue."""
    begin()
    from tests.model.campaign import run_share

    answers.put(run_share(first_seed, steps, stride).plain())
