"""A release and its letter are one: whatever happens in between, there is never the one without the other."""

from __future__ import annotations

import os
import threading

import psycopg
import pytest
from django.db import connection

from orderhouse.contract.messages import LineQuantity, ReleaseCancelled
from orderhouse.database import execute, unit_of_work
from orderhouse.oms.orders.cancel_orders import cancel_orders
from orderhouse.oms.releases.confirm_cancellations import confirm_cancellations
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.tests.shop import Shop


def test_where_the_letter_cannot_be_written_nothing_is_released(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("LOCK TABLE contract_outbox IN EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        try:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                release_orders(by=shop.by)
        finally:
            connection.close()
        other.rollback()
    assert shop.line(order) == {"reserved": 4}
    assert shop.promised("A") == {"available": 6, "reserved": 4}
    assert shop.letters("ReleaseOrder") == []
    (number,) = release_orders(by=shop.by)
    assert [letter["release"] for letter in shop.letters("ReleaseOrder")] == [number]
    assert shop.violations() == {}


def test_units_a_node_gives_back_once_more_under_another_letter_are_counted_once(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    cancel_orders(by=shop.by, order_ids=[order], reason="customer")
    given_back = ReleaseCancelled(number, "MAIN", (LineQuantity(1, 3, "cancelled"),))
    confirm_cancellations(by=shop.by, messages=[given_back])
    assert shop.line(order) == {"cancelled": 3, "released": 1, "cancel_wanted": 1}
    confirm_cancellations(by=shop.by, messages=[given_back, given_back])
    assert shop.line(order) == {"cancelled": 4}
    confirm_cancellations(by=shop.by, messages=[given_back])
    assert shop.line(order) == {"cancelled": 4}
    assert shop.promised("A") == {"available": 10}
    assert shop.violations() == {}


def test_two_desks_that_release_at_once_write_one_letter_for_each_release(shop: Shop) -> None:
    shop.report("MAIN", "A", 40)
    orders = [shop.order({"A": 2}) for _ in range(8)]
    together = threading.Barrier(3)
    told: list[str] = []

    def desk() -> None:
        try:
            together.wait(10)
            told.extend(release_orders(by=shop.by))
        finally:
            connection.close()

    desks = [threading.Thread(target=desk) for _ in range(3)]
    for thread in desks:
        thread.start()
    for thread in desks:
        thread.join()
    assert len(told) == len(set(told)) == 8
    assert sorted(letter["release"] for letter in shop.letters("ReleaseOrder")) == sorted(told)
    assert all(shop.line(order) == {"released": 2} for order in orders)
    with unit_of_work(shop.business.tenant_id):
        assert execute("SELECT 1 FROM oms_release WHERE tenant_id = %s", (shop.business.tenant_id,)) == 8
    assert shop.violations() == {}
