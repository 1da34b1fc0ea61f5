"""The examination of the books as an event, alone and watched."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from orderhouse.contract.proofs import proofs, rows_looked_at
from orderhouse.contract.prove_books import prove_books
from orderhouse.contract.tests.receivers import receiving
from orderhouse.contract.tests.test_letters import dead
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.ledger.prove_balances import ProofUnderWay, look_at_rule, proof_under_way, rules_of_books


def test_a_proof_is_kept_with_the_rows_each_rule_looked_at(business: Any) -> None:
    proof = prove_books(by=business.by.when(clock.now() - timedelta(seconds=3)))
    (kept,) = proofs(business.tenant_id)
    assert (kept.violations, kept.broken, kept.rules) == (0, {}, len(proof.findings))
    assert kept.seconds is not None
    assert kept.seconds >= 3
    assert set(rows_looked_at(business.tenant_id)) == set(rules_of_books(business.tenant_id))


def test_a_rule_that_is_broken_names_its_rows(business: Any) -> None:
    with receiving("node:") as node:
        (key,) = dead(business, node, "R1")
    prove_books(by=business.by)
    kept = proofs(business.tenant_id)[0]
    assert kept.broken == {"outbox_delivered_or_waiting": 1}
    assert kept.examples["outbox_delivered_or_waiting"][0]["message_id"] == key.message_id
    assert kept.looked["outbox_delivered_or_waiting"] == 1
    found = look_at_rule(business.tenant_id, "outbox_delivered_or_waiting")
    assert found is not None
    assert found[0] == 1
    assert look_at_rule(business.tenant_id, 'no"such; rule') is None


def test_a_second_proof_is_refused_while_one_runs_and_both_processes_see_how_far_it_is(business: Any) -> None:
    began, end = threading.Event(), threading.Event()

    def hold() -> None:
        with unit_of_work(business.tenant_id):
            mark = f"books-proof {business.tenant_id}"
            assert fetch_value("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (mark,))
            fetch_value("SELECT set_config('application_name', %s, true)", (f"{mark} 7 23 {int(clock.now().timestamp())}",))
            began.set()
            end.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert began.wait(10)
        under_way = proof_under_way(business.tenant_id)
        assert under_way is not None
        assert (under_way.rule, under_way.rules) == (7, 23)
        with pytest.raises(ProofUnderWay):
            prove_books(by=business.by)
    finally:
        end.set()
        other.join()
    assert proof_under_way(business.tenant_id) is None
    assert prove_books(by=business.by).holds
