"""Growth is bounded: what is kept for repeats goes after its time; what waits, is dead or refused, and every proof, stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from orderhouse.contract.audit import age_out as duty
from orderhouse.contract.audit.age_out import Kept, Night, age_out, is_due
from orderhouse.contract.audit.examine_business import examine_business
from orderhouse.contract.events import story
from orderhouse.database import execute, fetch_all, fetch_value, unit_of_work
from orderhouse.kernel.identifiers import first_id_at, new_id
from orderhouse.ledger.prove_balances import prove_balances

LETTER = """INSERT INTO contract_outbox (tenant_id, id, source, destination, type, version, subject, payload, actor, created_at, state,
    next_try_at, delivered_at, error)
  SELECT t.tenant_id, %s + n, 'oms', 'node:BER', 'ReleaseOrder', 1, 'R' || n, '{}', 'tester', %s, %s, %s, %s, %s
  FROM people_tenant t, generate_series(1, %s) n WHERE t.tenant_id = %s"""
RECEIVED = """INSERT INTO contract_inbox (tenant_id, source, message_id, destination, type, version, subject, received_at, state, refusal)
  SELECT t.tenant_id, 'wms', %s + n, 'oms', 'InventoryChanged', 1, 'BER', %s, %s, %s::jsonb
  FROM people_tenant t, generate_series(1, %s) n WHERE t.tenant_id = %s"""
KEY = """INSERT INTO people_idempotency (tenant_id, actor, key, fingerprint, status, answer, created_at)
  SELECT t.tenant_id, 'shop', %s || n, '\\x00', 200, '\\x00', %s FROM people_tenant t, generate_series(1, %s) n WHERE t.tenant_id = %s"""


class Archive:
    """Rows of any age, as years of work leave them."""

    def __init__(self, business: Any) -> None:
        self.by, self.tenant_id, self.serial = business.by, business.tenant_id, 0

    def ago(self, days: int) -> datetime:
        moment: datetime = self.by.at - timedelta(days=days)
        return moment

    def letters(self, state: str, days: int, count: int, error: str = "") -> None:
        self.serial += 10_000
        moment = self.ago(days)
        first = first_id_at(moment - timedelta(hours=1)) + self.serial
        with unit_of_work(self.tenant_id):
            waiting = moment if state == "waiting" else None
            delivered = moment if state == "delivered" else None
            execute(LETTER, (first, moment, state, waiting, delivered, error, count, self.tenant_id))

    def received(self, state: str, days: int, count: int) -> None:
        self.serial += 10_000
        with unit_of_work(self.tenant_id):
            refusal = None if state == "done" else "{}"
            execute(RECEIVED, (self.serial, self.ago(days), state, refusal, count, self.tenant_id))

    def keys(self, days: int, count: int) -> None:
        with unit_of_work(self.tenant_id):
            execute(KEY, (f"k{days}-", self.ago(days), count, self.tenant_id))

    def left(self, table: str) -> dict[str, int]:
        state = "'key'" if table == "people_idempotency" else "state"
        with unit_of_work(self.tenant_id):
            rows = fetch_all(f"SELECT {state}, count(*)::int FROM {table} WHERE tenant_id = %s GROUP BY 1", (self.tenant_id,))
        return dict(rows)


@pytest.fixture
def archive(business: Any) -> Archive:
    return Archive(business)


def test_what_nobody_repeats_any_more_goes_and_everything_with_an_owner_stays(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duty, "AT_ONCE", 40)
    for state in ("delivered", "published", "waiting", "dead", "dropped"):
        archive.letters(state, 400, 100, error="gave up" if state == "dead" else "")
        archive.letters(state, 1, 10, error="gave up" if state == "dead" else "")
    archive.letters("delivered", 400, 7, error="refused over there")
    for state in ("done", "refused", "dropped"):
        archive.received(state, 400, 100)
        archive.received(state, 1, 10)
    archive.keys(400, 100)
    archive.keys(1, 10)

    night, kept = Night(), Kept()
    nights = [age_out(by=archive.by, night=night, kept=kept, most=2) for _ in range(3)]
    assert nights == [False, True, True]
    assert archive.left("contract_outbox") == {"delivered": 17, "published": 10, "waiting": 110, "dead": 110, "dropped": 110}
    assert archive.left("contract_inbox") == {"done": 10, "refused": 110, "dropped": 110}
    assert archive.left("people_idempotency") == {"key": 10}
    (told,) = [e for e in story(archive.tenant_id, "business", archive.tenant_id) if e.type == "aged-out"]
    assert told.facts == {"keys": 100, "delivered": 100, "published": 100, "received": 100}
    broken = {f.rule: f.violations for f in prove_balances(by=archive.by).findings if f.violations}
    assert broken == {"outbox_delivered_or_waiting": 110}


def test_an_id_that_its_sender_may_still_send_is_never_forgotten(archive: Archive) -> None:
    archive.received("done", 45, 5)
    age_out(by=archive.by, night=Night(), kept=Kept(delivered=60, received=30))
    assert archive.left("contract_inbox") == {"done": 5}
    age_out(by=archive.by, night=Night(), kept=Kept(delivered=30, received=30))
    assert archive.left("contract_inbox") == {}


def test_year_after_year_no_more_is_kept_than_the_days_allow(archive: Archive) -> None:
    for year in range(5):
        by = archive.by
        archive.by = by.when(by.at + timedelta(days=365))
        archive.letters("delivered", 30, 50)
        archive.received("done", 30, 50)
        archive.keys(2 + year, 20)
        age_out(by=archive.by, night=Night(), kept=Kept())
    assert archive.left("contract_outbox") == {"delivered": 50}
    assert archive.left("contract_inbox") == {"done": 50}
    assert archive.left("people_idempotency") == {"key": 20}


def test_it_falls_due_once_a_night(archive: Archive) -> None:
    evening = archive.by.at.replace(hour=22)
    examine_business(by=archive.by.when(evening), safe_id=new_id())
    assert is_due(archive.tenant_id, at=evening)
    age_out(by=archive.by.when(evening), night=Night(), kept=Kept())
    assert not is_due(archive.tenant_id, at=evening + timedelta(hours=4))
    assert is_due(archive.tenant_id, at=evening + timedelta(hours=6))
    with unit_of_work(archive.tenant_id):
        assert fetch_value("SELECT aged_out_at FROM contract_auditor WHERE tenant_id = %s", (archive.tenant_id,)) == evening
