"""See what a command would do by doing it, and undoing it before anybody else could see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from orderhouse.database import unit_of_work

T = TypeVar("T")


class _Over(Exception):
    def __init__(self, result: Any) -> None:
        self.result = result


def rehearse(tenant_id: int, act: Callable[[], T]) -> T:
    """The answer ``act`` gives inside a unit of work that is rolled back: the exact consequences, nothing written, no letter
    sent. What ``act`` reads at its end is what would be so. Raises what ``act`` raises. Not to be called inside a unit of work.
    """
    try:
        with unit_of_work(tenant_id):
            raise _Over(act())
    except _Over as over:
        result: T = over.result
        return result
