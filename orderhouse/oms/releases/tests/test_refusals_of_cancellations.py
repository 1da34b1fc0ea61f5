"""A cancellation that comes too late for one node may come in time for another."""

from __future__ import annotations

from orderhouse.contract.messages import CancelRefused, LineQuantity, ReleaseCancelled, ReleaseShorted
from orderhouse.oms.orders.cancel_orders import cancel_orders
from orderhouse.oms.releases.confirm_cancellations import confirm_cancellations
from orderhouse.oms.releases.refuse_cancellations import refuse_cancellations
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.releases.short_releases import short_releases
from orderhouse.oms.releases.tests.test_releases import shipment
from orderhouse.oms.shipments.confirm_shipments import confirm_shipments
from orderhouse.oms.tests.shop import Shop


def test_what_has_left_is_wanted_back_no_more(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    order = shop.order({"A": 4})
    (release,) = release_orders(by=shop.by)
    cancel_orders(by=shop.by, order_ids=[order], reason="customer")
    refuse_cancellations(by=shop.by, messages=[CancelRefused(release, "MAIN", "it has left")])
    assert shop.line(order) == {"released": 4}
    cancel_orders(by=shop.by, order_ids=[order], reason="customer, again")
    assert [letter["reason"] for letter in shop.letters("CancelRelease")] == ["customer", "customer, again"], (
        "the node is asked anew"
    )
    assert shop.violations() == {}


def test_units_that_are_short_are_given_up_though_the_refusal_overtook_the_shortage(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    shop.report("NORTH", "A", 5)
    order = shop.order({"A": 5})
    (release,) = release_orders(by=shop.by)
    cancel_orders(by=shop.by, order_ids=[order], reason="customer")
    refused = CancelRefused(release, "MAIN", "it has left", (LineQuantity(1, 3),))
    refuse_cancellations(by=shop.by, messages=[refused])
    assert shop.line(order) == {"released": 5, "cancel_wanted": 2}
    short_releases(by=shop.by, messages=[ReleaseShorted(release, "MAIN", (LineQuantity(1, 2, "missing"),))])
    assert shop.line(order) == {"cancelled": 2, "released": 3}, "nobody wants them: they are not sourced again"
    refuse_cancellations(by=shop.by, messages=[refused])
    assert shop.line(order) == {"cancelled": 2, "released": 3}
    assert shop.promised("A", "NORTH") == {"available": 5}
    assert shop.violations() == {}


def test_what_was_told_as_shipped_before_is_not_let_go_of_twice(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    order = shop.order({"A": 5})
    (release,) = release_orders(by=shop.by)
    confirm_shipments(by=shop.by, messages=[shipment(shop, release, {1: 3})])
    cancel_orders(by=shop.by, order_ids=[order], reason="customer")
    refuse_cancellations(by=shop.by, messages=[CancelRefused(release, "MAIN", "it has left", (LineQuantity(1, 3),))])
    assert shop.line(order) == {"shipped": 3, "released": 2, "cancel_wanted": 2}


def test_what_another_node_still_holds_of_the_line_stays_wanted(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    shop.report("NORTH", "A", 2)
    order = shop.order({"A": 5})
    release_orders(by=shop.by)
    releases = {letter["node"]: letter["release"] for letter in shop.letters("ReleaseOrder")}
    cancel_orders(by=shop.by, order_ids=[order], reason="customer")
    refuse_cancellations(by=shop.by, messages=[CancelRefused(releases["MAIN"], "MAIN", "it has left")])
    assert shop.line(order) == {"released": 5, "cancel_wanted": 2}
    confirm_cancellations(by=shop.by, messages=[ReleaseCancelled(releases["NORTH"], "NORTH", (LineQuantity(1, 2, "cancelled"),))])
    assert shop.line(order) == {"cancelled": 2, "released": 3}
    assert shop.promised("A", "NORTH") == {"available": 2}
    assert shop.violations() == {}
