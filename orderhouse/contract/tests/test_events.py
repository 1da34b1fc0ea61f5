from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderhouse.contract.events import Event, feed, record_events, story
from orderhouse.database import execute, unit_of_work


def test_a_story_is_told_in_the_order_it_was_recorded(business: Any) -> None:
    record_events(
        by=business.by,
        events=[
            Event("order", 7, "order-placed", {"total": Decimal("12.50"), "at": business.by.at, "tags": {"b", "a"}}),
            Event("order", 8, "order-placed", {}),
            Event("order", 7, "order-held", {"reason": "fraud"}),
        ],
    )
    earlier = replace(business.by, at=business.by.at - timedelta(hours=1), actor="scanner", device="S1")
    record_events(by=earlier, events=[Event("order", 7, "line-picked", {"quantity": 2})])
    told = story(business.tenant_id, "order", 7)
    assert [event.type for event in told] == ["order-placed", "order-held", "line-picked"]
    assert told[0].facts == {"total": "12.50", "at": "2026-03-02T09:00:00+00:00", "tags": ["a", "b"]}
    assert (told[2].actor, told[2].device, told[2].at) == ("scanner", "S1", earlier.at)
    assert story(business.tenant_id, "release", 7) == []


def test_the_feed_goes_on_after_the_last_id(business: Any) -> None:
    record_events(by=business.by, events=[Event("order", n, "order-placed", {}) for n in range(5)])
    first = feed(business.tenant_id, limit=3)
    rest = feed(business.tenant_id, after_id=first[-1].id)
    assert [event.subject_id for event in [*first, *rest]] == [0, 1, 2, 3, 4]


def test_no_event_can_be_changed(business: Any) -> None:
    record_events(by=business.by, events=[Event("order", 1, "order-placed", {})])

    def rewrite() -> None:
        with unit_of_work(business.tenant_id):
            execute("UPDATE contract_event SET type = 'x' WHERE tenant_id = %s", (business.tenant_id,))

    with pytest.raises(Exception, match="permission denied"):
        rewrite()


def test_a_fact_that_is_no_plain_value_is_an_error(business: Any) -> None:
    with pytest.raises(TypeError):
        record_events(by=business.by, events=[Event("order", 1, "order-placed", {"x": object()})])
