"""The auditor: honest books are proven and the mark moves on; whatever was bent is found, once, with an owner; load alarms nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import psycopg
import pytest
from django.db import connection

from orderhouse.contract.audit import examine_business as beat_module
from orderhouse.contract.audit.examine_business import Beat, examine_business
from orderhouse.contract.audit.horizon import Horizon
from orderhouse.contract.audit.state import CHAIN, audit_state, examined
from orderhouse.contract.audit.violations import GRACE, Finding, Violation, keep_findings, open_violations
from orderhouse.contract.events import story
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.identifiers import new_id
from orderhouse.ledger.accounts import Account, Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.ledger.prove_balances import rules_of_books
from orderhouse.ledger.recount import mark_of
from orderhouse.people.changes import note_change


class Shop:
    """A business with some items, and the auditor beside it."""

    def __init__(self, business: Any, items: int = 5) -> None:
        self.business, self.tenant_id = business, business.tenant_id
        self.node_id, self.items = new_id(), [new_id() for _ in range(items)]
        self.minutes = count(1)
        with unit_of_work(self.tenant_id):
            execute(
                "INSERT INTO catalog_node (tenant_id, id, code, name, kind, country, latitude, longitude)"
                " VALUES (%s, %s, 'MAIN', 'Main', 'warehouse', 'GB', 52, -1)",
                (self.tenant_id, self.node_id),
            )
            execute(
                "INSERT INTO catalog_item (tenant_id, id, owner_id, sku, name) SELECT %s, i, %s, 'S' || i, 'S' FROM unnest(%s) i",
                (self.tenant_id, business.owner_id, self.items),
            )

    def account(self, item: int, state: str) -> Account:
        return physical(self.node_id, self.items[item], self.business.owner_id, state)

    def move(self, item: int, units: int = 1) -> None:
        """Goods that came and were lost: a rule of the ledger alone, so that no wing has anything to say about it."""
        post_movements(
            by=self.business.by, moves=[Move(self.account(item, "supplier"), self.account(item, "lost"), units, "receipt", 1)]
        )

    def beat(self, safe_id: int | None = None, **fields: Any) -> Beat:
        """One beat, minutes later; where nobody else writes, everything until now is safe."""
        at = self.business.by.at + timedelta(minutes=next(self.minutes))
        by = replace(self.business.by, actor="auditor", at=at)
        return examine_business(
            by=by, safe_id=safe_id or new_id(), **{"budget": 60.0, **fields}
        )  # a busy machine cuts nothing short

    def violations(self) -> list[Violation]:
        return open_violations(self.tenant_id)

    def as_owner(self, statement: str, *params: Any) -> None:
        """A hand in the database, past the one door."""
        with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
            owner.execute(f"SET app.tenant = '{self.tenant_id}'".encode())
            owner.execute(statement.encode(), params)

    def counted(self) -> int:
        with unit_of_work(self.tenant_id):
            return mark_of(self.tenant_id).movements


@pytest.fixture
def shop(business: Any) -> Shop:
    return Shop(business)


@pytest.fixture
def short_tails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark moves on in every beat, in small steps, and slices are short: what otherwise takes a large business."""
    monkeypatch.setattr(beat_module, "LONG_TAIL", 1)
    monkeypatch.setattr(beat_module, "STEP", 3)
    monkeypatch.setattr(beat_module, "SLICE", 2)


def test_an_untouched_business_is_proven_and_the_mark_moves_on(shop: Shop, short_tails: None) -> None:
    for item in (0, 1, 2, 0, 1):
        shop.move(item)
    first = shop.beat()
    state = audit_state(shop.tenant_id)
    assert first.proven
    assert state is not None
    assert (state.movements, shop.counted()) == (5, 5)
    shop.move(3)
    shop.beat()
    later = audit_state(shop.tenant_id)
    assert later is not None
    assert later.movements == 6
    assert later.last_movement_id > state.last_movement_id
    assert later.proven_at > state.proven_at
    assert shop.violations() == []
    assert set(examined(shop.tenant_id)) == {*rules_of_books(shop.tenant_id), CHAIN}


def test_a_balance_bent_by_hand_is_found_in_one_beat_once_and_has_an_owner(shop: Shop, short_tails: None) -> None:
    for item in range(5):
        shop.move(item, 3)
    shop.beat()
    bend = "UPDATE ledger_account SET balance = balance + %s WHERE tenant_id = %s AND item_id = %s AND state = 'lost'"
    shop.as_owner(bend, 2, shop.tenant_id, shop.items[4])
    assert shop.beat(budget=0).raised >= 1
    (found,) = [each for each in shop.violations() if each.rule == "balance_equals_recount"]
    assert (found.facts["balance"], found.facts["recount"], found.owner) == (5, 3, "admin")
    shop.beat()
    shop.beat()
    again = [each for each in shop.violations() if each.rule == "balance_equals_recount"]
    assert [each.id for each in again] == [found.id]
    told = [event.facts["rules"] for event in story(shop.tenant_id, "business", shop.tenant_id) if event.type == "books-broken"]
    assert sum(rules.get("balance_equals_recount", 0) for rules in told) == 1

    shop.as_owner(bend, -2, shop.tenant_id, shop.items[4])
    shop.beat()
    assert shop.violations() == []
    assert story(shop.tenant_id, "business", shop.tenant_id)[-1].type == "books-mended"


def test_a_movement_deleted_from_old_history_is_found_by_the_round_through_all_items(shop: Shop, short_tails: None) -> None:
    for item in range(5):
        shop.move(item)
        shop.move(item)
    shop.beat()
    assert shop.counted() == 10
    with unit_of_work(shop.tenant_id):
        oldest = fetch_value(
            "SELECT min(id) FROM ledger_movement WHERE tenant_id = %s AND item_id = %s", (shop.tenant_id, shop.items[4])
        )
    shop.as_owner("DELETE FROM ledger_movement WHERE tenant_id = %s AND id = %s", shop.tenant_id, oldest)
    beats = [shop.beat(budget=0) for _ in range(3)]  # two items a beat: the fifth item's turn comes with the third
    assert sum(beat.raised for beat in beats) >= 2
    broken = [each for each in shop.violations() if each.rule == "balance_equals_recount"]
    assert {each.facts["balance"] - each.facts["recount"] for each in broken} == {1, -1}


def test_what_was_counted_wrongly_is_mended_by_a_recount_and_alarms_nobody(shop: Shop, short_tails: None) -> None:
    shop.move(0)
    shop.beat()
    with unit_of_work(shop.tenant_id):
        execute("UPDATE ledger_proven SET balance = balance + 7 WHERE tenant_id = %s", (shop.tenant_id,))
    assert shop.beat().raised == 0
    with unit_of_work(shop.tenant_id):
        assert fetch_value("SELECT sum(balance) FROM ledger_proven WHERE tenant_id = %s", (shop.tenant_id,)) == 0


def test_a_movement_committed_after_others_with_higher_ids_is_waited_for(shop: Shop) -> None:
    horizon = Horizon(margin=timedelta(0))
    posted, commit = threading.Event(), threading.Event()

    def slow() -> None:
        with unit_of_work(shop.tenant_id):
            shop.move(0)
            posted.set()
            commit.wait(20)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    try:
        assert posted.wait(20)
        horizon.look()
        shop.move(1)
        time.sleep(0.002)
        assert horizon.look() == 0
    finally:
        commit.set()
        writer.join()
    safe_id = eventually(horizon.look)
    with unit_of_work(shop.tenant_id):
        ids = fetch_value("SELECT array_agg(id ORDER BY id) FROM ledger_movement WHERE tenant_id = %s", (shop.tenant_id,))
    assert ids[0] < safe_id < ids[1]


def test_writers_at_once_alarm_nobody(shop: Shop, short_tails: None) -> None:
    horizon, stop = Horizon(margin=timedelta(0)), threading.Event()
    raised: list[int] = []

    def write(number: int) -> None:
        turns = count(number)
        while not stop.is_set():
            with unit_of_work(shop.tenant_id):
                shop.move((first := next(turns)) % 5)
                time.sleep(0.001 * (first % 3))
                shop.move(first % 5)
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (shop.counted() <= 30 or len(raised) <= 12):
            raised.append(shop.beat(horizon.look() or 1, budget=0.05).raised)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert sum(raised) == 0
    assert len(raised) > 12
    assert shop.counted() > 30
    assert shop.violations() == []


def test_a_gap_that_a_letter_on_its_way_may_explain_is_given_its_time(shop: Shop) -> None:
    rule, by = "promise_book_equals_report", shop.business.by
    gap = {"node_id": 1, "item_id": 2, "owner_id": 3, "reported": 5, "projected": 4}
    assert keep_findings(by=by, findings=[Finding(rule, [gap])]) == (0, 0)
    other = gap | {"reported": 6}
    assert keep_findings(by=by.when(by.at + GRACE[rule]), findings=[Finding(rule, [other])]) == (0, 0)  # it moves: letters flow
    later = by.at + GRACE[rule] * 1.5
    assert keep_findings(by=by.when(later), findings=[Finding(rule, [other])]) == (0, 0)
    assert shop.violations() == []
    assert keep_findings(by=by.when(by.at + GRACE[rule] * 2), findings=[Finding(rule, [other])]) == (1, 0)
    assert [each.facts["reported"] for each in shop.violations()] == [6]
    assert keep_findings(by=by.when(by.at + GRACE[rule] * 3), findings=[Finding(rule, [])]) == (0, 1)


def test_a_broken_chain_of_deeds_is_a_violation_too(shop: Shop) -> None:
    with unit_of_work(shop.tenant_id):
        note_change(by=shop.business.by, deed="role-granted", subject="ada@example.org", detail="admin")
    shop.beat()
    state = audit_state(shop.tenant_id)
    assert state is not None
    assert state.chain_length == 1
    shop.as_owner("UPDATE people_change SET subject = 'eve@example.org' WHERE tenant_id = %s", shop.tenant_id)
    shop.beat()
    (found,) = shop.violations()
    assert (found.rule, found.facts["position"], found.facts["kind"]) == (CHAIN, 1, "changed")


RUN = """
import threading
from orderhouse.config.ready import ready, take_writer_number
ready(start_database=False)
take_writer_number()
from orderhouse.contract.audit import run
every = run.tenants
run.tenants = lambda: [tenant for tenant in every() if tenant.tenant_id == {tenant_id}]  # not those of all other tests, too
run.run(threading.Event(), beat_seconds=0.02, share=0.9)
"""


def test_an_auditor_that_was_killed_goes_on_where_it_was(shop: Shop) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", RUN.format(tenant_id=shop.tenant_id)])

    shop.move(0)
    auditor = start()
    try:
        eventually(lambda: audit_state(shop.tenant_id))
    finally:
        auditor.kill()
        auditor.wait()
    shop.move(1)
    auditor = start()
    try:
        eventually(lambda: (state := audit_state(shop.tenant_id)) and state.movements == 2)
    finally:
        auditor.kill()
        auditor.wait()
    assert shop.violations() == []


def eventually(ask: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return answer
