"""Faults of the database: which end by trying again, and which mean that it is away."""

from __future__ import annotations

from enum import Enum

import psycopg
from psycopg import errors


class Fault(Enum):
    """``COLLISION``: the transaction was undone in favor of another, the next try will do. ``LOST``: the connection is gone.
    ``EXHAUSTED``: connections, disk, memory or time ran out; trying at once again would only add to it."""

    COLLISION = "collision"
    LOST = "lost"
    EXHAUSTED = "exhausted"


_COLLISIONS = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable, errors.UniqueViolation)


def fault_of(error: BaseException) -> Fault | None:
    """What kind of fault the error is; None for one that trying again does not mend. (A unique key taken at the same moment is a
    collision: the next try sees who has it.)"""
    for each in _causes(error):
        if isinstance(each, _COLLISIONS):
            return Fault.COLLISION
        if isinstance(each, psycopg.OperationalError | psycopg.InterfaceError | errors.ReadOnlySqlTransaction):
            state = getattr(each, "sqlstate", None) or ""
            return Fault.LOST if not state or state[:2] == "08" or state[:3] == "57P" else Fault.EXHAUSTED
    return None


def has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether the error, or what it was raised from (Django wraps the driver's), is of this kind."""
    return any(isinstance(each, kind) for each in _causes(error))


def _causes(error: BaseException) -> tuple[BaseException, ...]:
    return (error, error.__cause__) if error.__cause__ else (error,)
