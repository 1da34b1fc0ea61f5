"""Connections that are lent to threads: who waits for somebody else's work lets others have its own meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from orderhouse.database.work import inside_transaction


class Lender(Protocol):
    """Who lends this thread the connection it works on."""

    def put_back(self) -> None:
        """Take the thread's connection away."""

    def take_again(self) -> None:
        """Give it one, the same or another, however long that takes."""


class _Mine(threading.local):
    lender: Lender | None = None


_mine = _Mine()


@contextmanager
def lent_by(lender: Lender) -> Iterator[None]:
    """Within the block this thread works on a connection that ``lender`` lent it."""
    _mine.lender = lender
    try:
        yield
    finally:
        _mine.lender = None


@contextmanager
def lent_on() -> Iterator[None]:
    """Within the block others may have this thread's connection; nothing is asked of the database there. Outside transactions only.
    A thread whose connection is its own keeps it."""
    lender = _mine.lender
    if lender is None:
        yield
        return
    if inside_transaction():
        raise RuntimeError("a connection inside a transaction cannot be lent on")
    lender.put_back()
    try:
        yield
    finally:
        lender.take_again()
