"""Faults of the moment, as against faults of a letter."""

from __future__ import annotations

import psycopg
from psycopg import errors

_OF_ONE_STATEMENT = (errors.QueryCanceled, errors.LockNotAvailable)


def is_passing(error: BaseException) -> bool:
    """Whether the whole transaction must end and be tried anew: deadlock, serialization failure, lost connection, full disk.

    No letter is to blame for these, so none may be set aside for them. A statement that ran out of its time is not
    among them: that may well be one letter's doing.
    """
    for fault in (error, error.__cause__):
        if isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError):
            return not isinstance(fault, _OF_ONE_STATEMENT)
    return False
