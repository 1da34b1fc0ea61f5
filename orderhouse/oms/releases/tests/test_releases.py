"""From reserved to shipped, and every answer a node may give."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from orderhouse.contract.messages import (
    LineQuantity,
    ParcelContent,
    ReleaseAccepted,
    ReleaseCancelled,
    ReleaseProgressed,
    ReleaseRejected,
    ReleaseShorted,
    ShipmentConfirmed,
    ShippedParcel,
)
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.errors import NotFound
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.orders.hold_orders import hold_orders
from orderhouse.oms.releases.confirm_cancellations import confirm_cancellations
from orderhouse.oms.releases.confirm_releases import confirm_releases
from orderhouse.oms.releases.note_progress import note_progress
from orderhouse.oms.releases.reject_releases import reject_releases
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.releases.short_releases import short_releases
from orderhouse.oms.shipments.confirm_shipments import ShippedBeyondRelease, confirm_shipments
from orderhouse.oms.tests.shop import Shop


def shipment(shop: Shop, release: str, quantities: dict[int, int], number: str = "S1", node: str = "MAIN") -> ShipmentConfirmed:
    contents = tuple(ParcelContent(line, quantity) for line, quantity in quantities.items())
    parcel = ShippedParcel("095212340000000017", "TRACK1", 800, 325, contents)
    return ShipmentConfirmed(release, node, number, "PARCELUK", "standard", shop.by.at, (parcel,))


def release_state(shop: Shop, number: str) -> str:
    with unit_of_work(shop.business.tenant_id):
        return str(
            fetch_value("SELECT state FROM oms_release WHERE tenant_id = %s AND number = %s", (shop.business.tenant_id, number))
        )


def test_a_reserved_order_goes_to_its_node_and_the_letter_says_what_to_ship(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    assert shop.line(order) == {"released": 4}
    assert shop.state(order) == "released"
    assert shop.promised("A") == {"available": 6, "released": 4}
    (letter,) = shop.letters("ReleaseOrder")
    assert (letter["release"], letter["node"], letter["carrier"]) == (number, "MAIN", "PARCELUK")
    assert [(line["sku"], line["quantity"]) for line in letter["lines"]] == [("A", 4)]
    assert shop.violations() == {}


def test_nothing_is_released_twice(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    shop.order({"A": 4})
    assert len(release_orders(by=shop.by)) == 1
    assert release_orders(by=shop.by) == []


def test_an_order_on_hold_stays_until_the_hold_is_lifted(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    hold_orders(by=shop.by, order_ids=[order], kind="fraud", reason="looks odd")
    assert release_orders(by=shop.by) == []
    assert shop.state(order) == "held"
    assert shop.line(order) == {"reserved": 4}


def test_an_order_its_channel_wants_whole_waits_for_its_last_unit(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4, "B": 1}, channel="WHOLE")
    assert release_orders(by=shop.by) == []
    shop.report("MAIN", "B", 1)  # serves the waiting line with nobody asking
    assert len(release_orders(by=shop.by)) == 1
    assert shop.line(order, 2) == {"released": 1}


def test_what_left_is_settled_and_the_channel_hears_of_it(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    confirm_shipments(by=shop.by, messages=[shipment(shop, number, {1: 4})])
    assert shop.line(order) == {"shipped": 4}
    assert shop.state(order) == "shipped"
    assert shop.promised("A") == {"available": 6}
    assert release_state(shop, number) == "shipped"
    (advice,) = shop.letters("ShipmentAdvised")
    assert advice["trackings"] == ["TRACK1"]
    assert advice["lines"] == [[1, 4]]
    assert set(shop.violations()) == {"promise_book_equals_report"}  # the node's own report of the same units is on its way
    shop.report("MAIN", "A", -4, "shipped")
    assert shop.violations() == {}


def test_the_report_may_come_before_the_shipment_it_belongs_to(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    shop.report("MAIN", "A", -4, "shipped")
    assert shop.line(order) == {"released": 4}
    confirm_shipments(by=shop.by, messages=[shipment(shop, number, {1: 4})])
    assert shop.violations() == {}


def test_a_node_cannot_ship_more_than_it_was_asked_for(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    with pytest.raises(ShippedBeyondRelease):
        confirm_shipments(by=shop.by, messages=[shipment(shop, number, {1: 5})])
    assert shop.line(order) == {"released": 4}


def test_part_of_a_release_may_ship_first(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    confirm_shipments(by=shop.by, messages=[shipment(shop, number, {1: 3})])
    assert shop.line(order) == {"released": 1, "shipped": 3}
    assert shop.state(order) == "partly_shipped"


def test_a_rejected_release_goes_to_another_node_and_never_back(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    shop.report("NORTH", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    reject_releases(by=shop.by, messages=[ReleaseRejected(number, "MAIN", "closed")])
    assert release_state(shop, number) == "rejected"
    assert shop.promised("A", "MAIN") == {"available": 10}
    assert shop.promised("A", "NORTH") == {"available": 6, "reserved": 4}
    (second,) = release_orders(by=shop.by)
    assert second.endswith("/2")
    reject_releases(by=shop.by, messages=[ReleaseRejected(second, "NORTH", "closed")])
    assert shop.line(order) == {"backordered": 4}
    assert shop.state(order) == "backordered"
    assert shop.violations() == {}


def test_shorted_units_come_from_elsewhere_and_lost_ones_leave_the_book(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    shop.report("NORTH", "A", 1)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    short_releases(by=shop.by, messages=[ReleaseShorted(number, "MAIN", (LineQuantity(1, 3, "not found"),))])
    shop.report("MAIN", "A", -3, "lost")
    assert shop.line(order) == {"released": 1, "reserved": 1, "backordered": 2}
    assert shop.promised("A", "MAIN") == {"released": 1}
    assert shop.violations() == {}


def test_a_node_that_was_short_is_asked_again_when_new_stock_has_come(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    short_releases(by=shop.by, messages=[ReleaseShorted(number, "MAIN", (LineQuantity(1, 4, "not found"),))])
    shop.report("MAIN", "A", -4, "lost")
    assert shop.line(order) == {"backordered": 4}
    shop.report("MAIN", "A", 9)
    assert shop.line(order) == {"reserved": 4}
    assert shop.violations() == {}


def test_a_loss_told_before_the_short_is_owed_until_the_short_arrives(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    shop.report("MAIN", "A", -3, "lost")
    assert shop.promised("A") == {"released": 4, "shortage": -3}
    short_releases(by=shop.by, messages=[ReleaseShorted(number, "MAIN", (LineQuantity(1, 3, "not found"),))])
    assert shop.promised("A") == {"released": 1}
    assert shop.line(order) == {"released": 1, "backordered": 3}
    assert shop.violations() == {}


def test_units_a_node_gives_back_unasked_are_sourced_again(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    confirm_cancellations(by=shop.by, messages=[ReleaseCancelled(number, "MAIN", (LineQuantity(1, 4),))])
    assert shop.line(order) == {"reserved": 4}
    assert release_state(shop, number) == "cancelled"
    assert shop.violations() == {}


def test_wanted_cancellations_are_cancelled_when_the_node_gives_the_units_back(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    with unit_of_work(shop.business.tenant_id):
        execute(
            "UPDATE oms_order_line SET cancel_wanted = 3 WHERE tenant_id = %s AND order_id = %s", (shop.business.tenant_id, order)
        )
    confirm_cancellations(by=shop.by, messages=[ReleaseCancelled(number, "MAIN", (LineQuantity(1, 2),))])
    assert shop.line(order) == {"released": 2, "cancelled": 2, "cancel_wanted": 1}
    confirm_shipments(by=shop.by, messages=[shipment(shop, number, {1: 2})])  # the last two left all the same
    assert shop.line(order) == {"shipped": 2, "cancelled": 2}
    assert shop.promised("A") == {"available": 2}


def both_nodes(shop: Shop, lines: dict[str, int]) -> tuple[int, list[str]]:
    """An order with a release at each of as many nodes as it needs; 5 A lie at each."""
    shop.report("MAIN", "A", 5)
    shop.report("NORTH", "A", 5)
    return shop.order(lines), release_orders(by=shop.by)


def test_a_cancellation_that_crosses_a_shortage_is_done_and_nothing_ships_instead(shop: Shop) -> None:
    order, (number,) = both_nodes(shop, {"A": 5})
    cancel_order(by=shop.by, order_id=order, reason="changed my mind")
    assert shop.line(order) == {"released": 5, "cancel_wanted": 5}
    short_releases(by=shop.by, messages=[ReleaseShorted(number, "MAIN", (LineQuantity(1, 5, "not found"),))])
    shop.report("MAIN", "A", -5, "lost")
    assert (shop.line(order), shop.state(order)) == ({"cancelled": 5}, "cancelled")
    assert release_orders(by=shop.by) == []
    assert (shop.promised("A", "MAIN"), shop.promised("A", "NORTH")) == ({}, {"available": 5})
    assert shop.violations() == {}


def test_a_cancellation_that_crosses_a_rejection_is_done_and_nothing_ships_instead(shop: Shop) -> None:
    order, (number,) = both_nodes(shop, {"A": 5})
    cancel_order(by=shop.by, order_id=order, reason="fewer", lines={1: 3})
    reject_releases(by=shop.by, messages=[ReleaseRejected(number, "MAIN", "closed")])
    assert shop.line(order) == {"cancelled": 3, "reserved": 2}
    assert (shop.promised("A", "MAIN"), shop.promised("A", "NORTH")) == ({"available": 5}, {"available": 3, "reserved": 2})
    assert shop.violations() == {}


def test_units_wanted_cancelled_are_cancelled_once_whichever_release_of_the_line_gives_them_up(shop: Shop) -> None:
    order, releases = both_nodes(shop, {"A": 10})
    assert len(releases) == 2
    cancel_order(by=shop.by, order_id=order, reason="fewer", lines={1: 5})
    nodes = {letter["release"]: letter["node"] for letter in shop.letters("ReleaseOrder")}
    shorted = [ReleaseShorted(number, nodes[number], (LineQuantity(1, 3, "not found"),)) for number in releases]
    short_releases(by=shop.by, messages=shorted)
    assert shop.line(order) == {"cancelled": 5, "backordered": 1, "released": 4}
    assert shop.violations() == {}


def test_news_from_the_floor_never_moves_a_release_back(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    note_progress(by=shop.by, messages=[ReleaseProgressed(number, "MAIN", "packed"), ReleaseProgressed(number, "MAIN", "waved")])
    confirm_releases(by=shop.by, messages=[ReleaseAccepted(number, "MAIN")])
    assert release_state(shop, number) == "packed"


def test_an_answer_about_an_unknown_release_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(NotFound, match="NO/1"):
        reject_releases(by=shop.by, messages=[ReleaseRejected("NO/1", "MAIN", "closed")])


def test_two_nodes_giving_back_at_once_serve_the_same_waiting_orders_without_a_deadlock(shop: Shop) -> None:
    """Stock lies free beside orders that wait for it, as their channel keeps a buffer: so both answers want all of it."""
    releases: dict[str, list[str]] = {}
    for node, sku in (("MAIN", "A"), ("NORTH", "C")):
        shop.report(node, sku, 12)
        for _ in range(12):
            shop.order({sku: 1})
        releases[node] = release_orders(by=shop.by)
    for node in releases:
        for sku in "AC":
            shop.report(node, sku, 1)
    waiting = [shop.order({"A": 4, "C": 4}, channel="CAREFUL") for _ in range(8)]
    failures: list[BaseException] = []

    def answer(node: str) -> None:
        try:
            for number in releases[node]:
                short_releases(by=shop.by, messages=[ReleaseShorted(number, node, (LineQuantity(1, 1, "not found"),))])
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(node,)) for node in releases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(shop.state(order) in ("partly_reserved", "backordered", "reserved") for order in waiting)
    assert shop.violations() == {}
