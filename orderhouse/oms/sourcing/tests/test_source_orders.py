"""Sourcing against the books: who gets what, from where, and what is told."""

from __future__ import annotations

import threading

import orjson
from django.db import connection

from orderhouse.database import fetch_one, unit_of_work
from orderhouse.oms.orders.place_orders import place_orders
from orderhouse.oms.sourcing.shares import seen_by_channel
from orderhouse.oms.sourcing.source_orders import source_orders
from orderhouse.oms.tests.shop import Shop


def test_the_nearer_node_ships_when_both_have_it(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    shop.report("NORTH", "A", 5)
    order = shop.order({"A": 5})
    assert shop.promised("A", "MAIN") == {"reserved": 5}
    assert shop.promised("A", "NORTH") == {"available": 5}
    assert shop.state(order) == "reserved"


def test_an_order_stays_whole_where_one_node_has_it_all(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    shop.report("NORTH", "A", 5)
    shop.report("NORTH", "B", 5)
    shop.order({"A": 1, "B": 1})
    assert shop.promised("A", "NORTH") == {"available": 4, "reserved": 1}
    assert shop.promised("A", "MAIN") == {"available": 5}


def test_what_nobody_has_waits_and_the_rest_is_promised(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    order = shop.order({"A": 5, "B": 1})
    assert (shop.line(order, 1), shop.line(order, 2)) == ({"reserved": 3, "backordered": 2}, {"backordered": 1})
    assert shop.state(order) == "partly_reserved"
    (told,) = shop.letters("OrderAcknowledged")
    assert (told["state"], told["promised_at"] is not None) == ("backordered", True)
    assert shop.violations() == {}


def test_a_channel_that_does_not_wait_cancels_what_is_short(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    order = shop.order({"A": 5}, channel="STRICT")
    assert shop.line(order) == {"reserved": 3, "cancelled": 2}
    nothing = shop.order({"B": 1}, channel="STRICT")
    assert shop.state(nothing) == "cancelled"


def test_a_channel_sees_only_its_share_beyond_its_buffer(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 9}, channel="CAREFUL")
    assert shop.line(order) == {"reserved": 5, "backordered": 4}


def test_shares_are_cut_from_the_fullest_node_and_never_below_zero() -> None:
    stock = {(1, 7, 9): 8, (2, 7, 9): 3}
    assert seen_by_channel(stock, buffer=4, share_percent=100) == {(1, 7, 9): 4, (2, 7, 9): 3}
    assert seen_by_channel(stock, buffer=100, share_percent=100) == {(1, 7, 9): 0, (2, 7, 9): 0}
    assert sum(seen_by_channel(stock, buffer=0, share_percent=30).values()) == 3


def test_the_decision_is_kept_with_its_candidates_and_costs(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    order = shop.order({"A": 5})
    with unit_of_work(shop.business.tenant_id):
        row = fetch_one("SELECT rule, explanation FROM oms_sourcing_decision WHERE order_id = %s", (order,))
    assert row
    rule, explanation = row[0], orjson.loads(row[1])
    assert rule == "lowest_cost"
    assert {c["node"] for c in explanation["candidates"]} == {"MAIN", "NORTH"}
    assert explanation["cost"] == sum(explanation["parts"].values())


def test_two_batches_at_once_never_promise_a_unit_twice(shop: Shop) -> None:
    shop.report("MAIN", "A", 30)
    placed = place_orders(by=shop.by, submissions=[shop.submission({"A": 2}) for _ in range(40)])
    ids = [p.order_id for p in placed if p.order_id]

    def work(chunk: list[int]) -> None:
        try:
            for order_id in chunk:
                source_orders(by=shop.by, order_ids=[order_id])
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(ids[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.promised("A") == {"reserved": 30}
    assert sum(shop.line(order).get("backordered", 0) for order in ids) == 50
    assert shop.violations() == {}


def test_sourcing_again_what_is_promised_already_changes_nothing(shop: Shop) -> None:
    shop.report("MAIN", "A", 30)
    order = shop.order({"A": 2})
    assert source_orders(by=shop.by, order_ids=[order]) == []
    assert shop.promised("A") == {"available": 28, "reserved": 2}
