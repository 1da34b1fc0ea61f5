"""Time enters at the edges only: rules and verbs are handed the moment, never ask for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_fixed: ContextVar[datetime | None] = ContextVar("fixed_clock", default=None)
_wrong_by = timedelta(seconds=float(os.environ.get("ORDERHOUSE_CLOCK_WRONG_BY") or 0))
"""How many seconds this machine's clock is to be wrong by: set by the fault rig alone."""


def now() -> datetime:
    """The present moment in UTC, or the one set by :func:`at` (a replay walks through its own calendar)."""
    return _fixed.get() or wall()


def wall() -> datetime:
    """What the clock on this machine's wall shows, whatever moment a replay walks through: signatures are dated by it."""
    return datetime.now(UTC) + _wrong_by


def read_moment(text: object) -> datetime:
    """A date and time of ISO 8601 with its offset, in UTC: databases know no offsets beyond 16 hours, Python does up to 24.
    Raises ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError("not text")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("it does not say its offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it lies outside the years 1 to 9999") from None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let :func:`now` answer ``moment`` inside the block."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
