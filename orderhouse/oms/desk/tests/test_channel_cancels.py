"""What a channel takes back, before or after it came."""

from __future__ import annotations

import threading

from django.db import connection

from orderhouse.contract.messages import OrderCancelled
from orderhouse.database import execute, unit_of_work
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.tests.shop import Shop


def test_a_cancellation_that_comes_before_its_order_wins(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    submission = shop.submission({"A": 2})
    cancel_channel_orders(by=shop.by, messages=[OrderCancelled("WEB", submission.channel_order_id, "changed my mind")])
    (placed,) = capture_orders(by=shop.by, submissions=[submission])
    assert placed.state == "cancelled"
    assert shop.promised("A") == {"available": 5}


def test_part_of_an_order_may_be_taken_back_before_it_comes(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    submission = shop.submission({"A": 3})
    cancel_channel_orders(by=shop.by, messages=[OrderCancelled("WEB", submission.channel_order_id, "fewer", ((1, 2),))])
    (placed,) = capture_orders(by=shop.by, submissions=[submission])
    assert placed.order_id
    assert shop.line(placed.order_id) == {"cancelled": 2, "reserved": 1}


def test_a_cancellation_after_its_order_frees_the_stock(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    submission = shop.submission({"A": 3})
    capture_orders(by=shop.by, submissions=[submission])
    cancel_channel_orders(by=shop.by, messages=[OrderCancelled("WEB", submission.channel_order_id, "")])
    assert shop.promised("A") == {"available": 5}
    assert shop.violations() == {}


def test_a_cancellation_kept_while_its_order_is_being_captured_is_found_by_whoever_commits_last(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    submission = shop.submission({"A": 3})

    def withdraw() -> None:
        try:
            message = OrderCancelled("WEB", submission.channel_order_id, "changed my mind")
            cancel_channel_orders(by=shop.by, messages=[message])
        finally:
            connection.close()

    withdrawing = threading.Thread(target=withdraw)
    with unit_of_work(shop.business.tenant_id):
        (placed,) = capture_orders(by=shop.by, submissions=[submission])
        withdrawing.start()
        withdrawing.join()
    assert placed.order_id
    assert shop.state(placed.order_id) == "cancelled"
    assert shop.promised("A") == {"available": 5}
    assert shop.violations() == {}


def test_no_order_is_lost_for_want_of_a_tariff(shop: Shop) -> None:
    with unit_of_work(shop.business.tenant_id):
        execute("UPDATE oms_tariff SET active = false WHERE tenant_id = %s", (shop.business.tenant_id,))
    (placed,) = capture_orders(by=shop.by, submissions=[shop.submission({"A": 3})])
    assert placed.outcome == "placed"
    assert shop.violations() == {}
