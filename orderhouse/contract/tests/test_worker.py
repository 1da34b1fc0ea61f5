from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from orderhouse.contract import worker
from orderhouse.contract.mailbox import put
from orderhouse.contract.receivers import registered
from orderhouse.contract.tests.receivers import noted, receiving
from orderhouse.contract.tests.test_http import end_session
from orderhouse.contract.tests.test_mailbox import cancel
from orderhouse.database import fetch_value, unit_of_work


@contextmanager
def running(business: Any) -> Iterator[threading.Thread]:
    stop = threading.Event()
    now = lambda: business.by.at + timedelta(hours=1)  # noqa: E731
    thread = threading.Thread(target=worker.run, args=(stop, 0.02), kwargs={"now": now})
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def put_for_the_worker(business: Any, release: str) -> None:
    """Put a letter at a moment when no one receives it."""
    with unit_of_work(business.tenant_id), registered("node:", None):
        put(by=business.by, source="oms", letters=[cancel(release)])


def test_the_worker_delivers_and_survives_a_database_that_cuts_its_line(business: Any) -> None:
    sessions: list[int] = []
    with receiving("node:") as node:
        node.then = lambda by, messages: sessions.append(fetch_value("SELECT pg_backend_pid()"))
        put_for_the_worker(business, "R1")
        with running(business) as thread:
            assert within(10, lambda: noted(business.tenant_id) == ["R1"])
            end_session(sessions[0])
            put_for_the_worker(business, "R2")
            assert within(10, lambda: noted(business.tenant_id) == ["R1", "R2"])
            assert thread.is_alive()
    assert len(set(sessions)) == 2
