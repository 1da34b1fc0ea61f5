"""What the order desk does in one go."""

from __future__ import annotations

from orderhouse.contract.messages import OrderCancelled
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_batch import TURN_FROM
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.orders.queries import order_detail
from orderhouse.oms.orders.tests.shop import Statements
from orderhouse.oms.tests.shop import Shop


def test_captured_orders_are_promised_in_the_same_commit(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    answers = capture_orders(
        by=shop.by,
        submissions=[
            shop.submission({"A": 2}),
            shop.submission({"A": 2}),
            shop.submission({"B": 1}),
            shop.submission({"NOPE": 1}),
            shop.submission({"A": 1}, holds=("fraud",)),
        ],
    )
    assert [(a.outcome, a.state) for a in answers] == [
        ("placed", "reserved"),
        ("placed", "partly_reserved"),
        ("placed", "backordered"),
        ("invalid", ""),
        ("placed", "held"),
    ]
    again = capture_orders(
        by=shop.by,
        submissions=[
            shop.submission(
                {"A": 2},
            )
            for _ in range(0)
        ],
    )
    assert again == []
    assert shop.violations() == {}


def test_a_captured_batch_costs_the_same_statements_whatever_its_size(shop: Shop) -> None:
    shop.report("MAIN", "A", 1000)
    for size in (1, TURN_FROM):
        capture_orders(by=shop.by, submissions=[shop.submission({"A": 1}) for _ in range(size)])
    counts = []
    for size in (1, TURN_FROM - 1, TURN_FROM, 100):
        with Statements() as statements:
            capture_orders(by=shop.by, submissions=[shop.submission({"A": 1}) for _ in range(size)])
        counts.append(len(statements.sent))
    assert counts == [3, 3, 4, 4]  # look, write, look for a cancellation that crossed; large batches wait for their turn first


def test_what_a_cancellation_frees_goes_to_who_waits(shop: Shop) -> None:
    shop.report("MAIN", "A", 2)
    first, second = shop.order({"A": 2}), shop.order({"A": 2})
    assert shop.line(second) == {"backordered": 2}
    cancel_order(by=shop.by, order_id=first, reason="no longer wanted")
    assert (shop.state(first), shop.state(second)) == ("cancelled", "reserved")
    assert shop.violations() == {}


def test_a_lifted_hold_lets_the_order_go_to_its_node(shop: Shop) -> None:
    shop.report("MAIN", "A", 2)
    order_id = shop.order({"A": 2})
    hold_order(by=shop.by, order_id=order_id, kind="payment", reason="card declined")
    lift_hold(by=shop.by, order_id=order_id, release=True)
    assert shop.state(order_id) == "released"
    assert [release.node for release in order_detail(shop.by.tenant_id, order_id).releases] == ["MAIN"]


def test_a_channel_withdraws_an_order_by_its_own_id(shop: Shop) -> None:
    order_id = shop.order({"A": 2, "B": 1})
    own_id = order_detail(shop.by.tenant_id, order_id).channel_order_id
    cancel_channel_orders(by=shop.by, messages=[OrderCancelled("WEB", own_id, "fewer", ((1, 1),))])
    assert shop.line(order_id, 1) == {"cancelled": 1, "backordered": 1}
    cancel_channel_orders(by=shop.by, messages=[OrderCancelled("WEB", own_id, "", ())])
    assert shop.state(order_id) == "cancelled"
