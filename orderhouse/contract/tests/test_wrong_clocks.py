"""A clock that is wrong by an hour, on whichever machine, delays no letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orderhouse.contract import outbox
from orderhouse.contract.mailbox import DeliveryReport, deliver_waiting, put
from orderhouse.contract.receivers import registered
from orderhouse.contract.tests.receivers import noted, receiving
from orderhouse.contract.tests.test_mailbox import cancel

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("wrong_by", [HOUR, -HOUR])
def test_a_letter_written_by_a_clock_that_is_wrong_goes_at_once_and_so_does_what_follows(
    business: Any, wrong_by: timedelta
) -> None:
    with receiving("node:"):
        with registered("node:", None):
            put(by=business.by.when(business.by.at + wrong_by), source="oms", letters=[cancel("R1")])
            put(by=business.by, source="oms", letters=[cancel("R1")])
        at = business.by.at + timedelta(minutes=1)
        assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(2, delivered=2)
        assert noted(business.tenant_id) == ["R1", "R1"]


def test_a_letter_claimed_by_a_worker_whose_clock_was_ahead_and_who_died_is_taken_over(business: Any) -> None:
    with receiving("node:"):
        with registered("node:", None):
            put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2")])
        ahead = business.by.at + HOUR
        assert len(outbox.claim(business.tenant_id, at=ahead, limit=10)) == 2
        at = business.by.at + timedelta(minutes=1)
        assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(2, delivered=2)


def test_a_claim_of_a_worker_with_a_right_clock_is_left_to_it(business: Any) -> None:
    with receiving("node:"):
        with registered("node:", None):
            put(by=business.by, source="oms", letters=[cancel("R1")])
        at = business.by.at + timedelta(minutes=1)
        outbox.claim(business.tenant_id, at=at, limit=10)
        assert deliver_waiting(tenant_id=business.tenant_id, at=at + timedelta(seconds=10)) == DeliveryReport()
