"""Notes in an order's story, and messages told again."""

from __future__ import annotations

import pytest

from orderhouse.contract.events import story
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.desk.resend_advice import NothingToResend, resend_advice
from orderhouse.oms.orders.add_note import add_note, withdraw_note
from orderhouse.oms.tests.shop import Shop


def test_a_note_stands_in_the_story_and_its_withdrawal_beside_it(shop: Shop) -> None:
    order_id = shop.order({"A": 1})
    note = add_note(by=shop.by, order_id=order_id, text="  rings before eight  ")
    withdraw_note(by=shop.by, order_id=order_id, note_id=note)
    withdraw_note(by=shop.by, order_id=order_id, note_id=note)
    told = [(event.type, event.facts) for event in story(shop.business.tenant_id, "order", order_id)][-2:]
    assert told == [("note-added", {"text": "rings before eight"}), ("note-withdrawn", {"note": note})]


def test_a_note_says_something_about_an_order_that_is(shop: Shop) -> None:
    order_id = shop.order({"A": 1})
    for text in (" ", "x" * 2001):
        with pytest.raises(InvalidInput):
            add_note(by=shop.by, order_id=order_id, text=text)
    with pytest.raises(NotFound):
        add_note(by=shop.by, order_id=1, text="hello")
    with pytest.raises(NotFound):
        withdraw_note(by=shop.by, order_id=order_id, note_id=1)


def test_dead_letters_to_the_channel_are_given_another_round(shop: Shop) -> None:
    order_id = shop.order({"A": 1})
    with pytest.raises(NothingToResend):
        resend_advice(by=shop.by, order_id=order_id)
    with unit_of_work(shop.business.tenant_id):
        execute("UPDATE contract_outbox SET state = 'dead', next_try_at = NULL WHERE tenant_id = %s", (shop.business.tenant_id,))
    assert resend_advice(by=shop.by, order_id=order_id) == 1
    assert story(shop.business.tenant_id, "order", order_id)[-1].type == "advice-sent-again"
    with pytest.raises(NotFound):
        resend_advice(by=shop.by, order_id=1)
