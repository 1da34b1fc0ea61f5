"""The watcher misses nothing, tells nothing twice, and keeps tenants apart."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from orderhouse.catalog.open_business import open_business
from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.identifiers import new_id
from orderhouse.live.hub import EVERYTHING
from orderhouse.live.watch import Watcher


@contextmanager
def other_connection(business: Any) -> Iterator[psycopg.Connection[Any]]:
    """A second writer, which decides itself when it commits."""
    with psycopg.connect(os.environ["DATABASE_URL"], options="-c role=orderhouse_app") as connection:
        yield connection


def begin(connection: psycopg.Connection[Any], business: Any) -> None:
    connection.execute(f"SET LOCAL app.tenant = '{business.tenant_id}'")


def write(connection: psycopg.Connection[Any], business: Any, event_id: int, subject: int) -> None:
    connection.execute(
        """INSERT INTO contract_event (tenant_id, id, subject_kind, subject_id, type, facts, actor, device, at)
           VALUES (%s, %s, 'order', %s, 'order-held', %s, 'slow', '', now())""",
        (business.tenant_id, event_id, subject, json.dumps({})),
    )


def happen(business: Any, subject: int, kind: str = "order") -> None:
    record_events(by=business.by, events=[Event(kind, subject, "order-held", {})])


@pytest.fixture
def watcher(business: Any) -> Watcher:
    """One that knows nothing but what it sees: no margin helps it."""
    made = Watcher(margin=timedelta(0))
    assert made.look([business.tenant_id]) == {business.tenant_id: {EVERYTHING}}
    return made


def told(watcher: Watcher, business: Any) -> set[str]:
    return watcher.look([business.tenant_id]).get(business.tenant_id, set())


def test_an_event_is_told_once_with_its_topics(business: Any, watcher: Watcher) -> None:
    happen(business, 7)
    assert told(watcher, business) == {"orders", "order:7"}
    assert told(watcher, business) == set()
    happen(business, 8)
    happen(business, 3, "item")
    assert told(watcher, business) == {"orders", "order:8", "stock", "item:3"}


def test_a_transaction_that_commits_late_is_told_though_younger_ones_were_told_before(business: Any, watcher: Watcher) -> None:
    with other_connection(business) as slow:
        begin(slow, business)
        early = new_id()  # its id is made now, it writes and commits much later
        told(watcher, business)
        for n in range(100, 105):
            happen(business, n)
            assert told(watcher, business) == {"orders", f"order:{n}"}
        write(slow, business, early, 1)
        assert told(watcher, business) == set()
        happen(business, 106)
        assert told(watcher, business) == {"orders", "order:106"}
        slow.commit()
        assert told(watcher, business) == {"orders", "order:1"}
        assert told(watcher, business) == set()


def test_what_a_savepoint_wrote_is_told_when_the_whole_commits(business: Any, watcher: Watcher) -> None:
    with other_connection(business) as slow:
        begin(slow, business)
        early = new_id()
        with slow.transaction():
            write(slow, business, early, 2)
        happen(business, 200)
        assert told(watcher, business) == {"orders", "order:200"}
        with slow.transaction():
            write(slow, business, new_id(), 3)
        assert told(watcher, business) == set()
        slow.commit()
        assert told(watcher, business) == {"orders", "order:2", "order:3"}


def test_nothing_is_told_twice_while_an_old_transaction_is_open(business: Any, watcher: Watcher) -> None:
    with other_connection(business) as slow:
        begin(slow, business)
        write(slow, business, new_id(), 4)
        seen = []
        for n in range(300, 310):
            happen(business, n)
            seen.append(told(watcher, business))
        assert seen == [{"orders", f"order:{n}"} for n in range(300, 310)]
        slow.rollback()
    assert told(watcher, business) == set()


def test_what_a_quick_look_does_not_reach_a_thorough_one_tells(business: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = Watcher(margin=timedelta(0), near=timedelta(0))  # every look between two thorough ones reaches nowhere
    watcher.look([business.tenant_id])
    happen(business, 1)
    assert told(watcher, business) == set()
    later = time.monotonic() + 3
    monkeypatch.setattr("orderhouse.live.watch.time.monotonic", lambda: later)
    happen(business, 2)
    assert told(watcher, business) == {"orders", "order:1", "order:2"}


def test_ids_may_be_a_little_older_than_their_transaction(business: Any) -> None:
    watcher = Watcher()
    watcher.look([business.tenant_id])
    early = new_id()
    for n in range(3):
        happen(business, n)
        told(watcher, business)
    with other_connection(business) as late:
        begin(late, business)
        write(late, business, early, 5)
        late.commit()
    assert told(watcher, business) == {"orders", "order:5"}


def test_a_tenant_hears_of_nobody_else(business: Any, watcher: Watcher) -> None:
    other = open_business(code=f"{business.code}-b", name="other", at=datetime.now(business.by.at.tzinfo))
    watcher.look([business.tenant_id, other.tenant_id])
    happen(business, 9)
    assert watcher.look([business.tenant_id, other.tenant_id]) == {business.tenant_id: {"orders", "order:9"}}


def test_lists_that_no_event_tells_of_are_noticed(business: Any, watcher: Watcher) -> None:
    with unit_of_work(business.tenant_id):
        from orderhouse.database import execute

        execute(
            """INSERT INTO wms_exception (tenant_id, id, node_id, kind, subject_kind, subject_id, facts, owner, raised_at)
               VALUES (%s, %s, 1, 'short', 'receipt', 1, '{}', 'warehouse_manager', now())""",
            (business.tenant_id, new_id()),
        )
    assert told(watcher, business) == {"exceptions"}
    assert told(watcher, business) == set()
