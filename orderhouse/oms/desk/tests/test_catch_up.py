"""What a process that died right after its commit left undone is done by whoever catches up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection

from orderhouse.config import catching_up
from orderhouse.contract.messages import OrderCancelled
from orderhouse.database import unit_of_work
from orderhouse.oms.desk.apply_early_cancels import keep_early_cancel
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.catch_up import catch_up
from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
from orderhouse.oms.tests.shop import Shop


def dying(shop: Shop, work: Callable[[], object]) -> None:
    """Commit, and do nothing of what follows."""
    with unit_of_work(shop.by.tenant_id):
        work()
        connection.run_on_commit.clear()


def test_freed_units_reach_who_waits_though_the_one_who_freed_them_died(shop: Shop) -> None:
    shop.report("MAIN", "A", 2)
    first, second = shop.order({"A": 2}), shop.order({"A": 2})
    dying(shop, lambda: cancel_order(by=shop.by, order_id=first, reason="customer"))
    assert (shop.promised("A"), shop.line(second)) == ({"available": 2}, {"backordered": 2})
    assert catch_up(by=shop.by).units == 2
    assert (shop.promised("A"), shop.line(second)) == ({"reserved": 2}, {"reserved": 2})
    assert catch_up(by=shop.by) == (0, 0)
    assert shop.violations() == {}


def test_reservations_pay_what_is_owed_though_the_one_who_heard_of_the_loss_died(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    shop.report("NORTH", "A", 1)
    urgent, other = shop.order({"A": 1}, priority=1), shop.order({"A": 2})
    loss = shop.change("MAIN", "A", -2, "lost")
    dying(shop, lambda: apply_inventory_changes(by=shop.by, messages=[loss]))
    assert shop.promised("A") == {"reserved": 3, "shortage": -2}
    catch_up(by=shop.by)
    assert (shop.line(urgent), shop.line(other)) == ({"reserved": 1}, {"backordered": 1, "reserved": 1})
    assert (shop.promised("A"), shop.promised("A", "NORTH")) == ({"reserved": 1}, {"reserved": 1})
    assert shop.violations() == {}


def test_a_withdrawal_kept_beside_its_order_is_applied(shop: Shop) -> None:
    shop.report("MAIN", "A", 1)
    submission = shop.submission({"A": 1})
    (placed,) = capture_orders(by=shop.by, submissions=[submission])
    key = {"channel": submission.channel, "channel_order_id": submission.channel_order_id}
    keep_early_cancel(by=shop.by, **key, reason="changed my mind", lines={})  # as if each had not seen the other
    catch_up(by=shop.by)
    assert placed.order_id is not None
    assert (shop.state(placed.order_id), shop.promised("A")) == ("cancelled", {"available": 1})


def test_withdrawals_of_one_batch_have_their_own_lines_and_reasons(shop: Shop) -> None:
    shop.report("MAIN", "A", 9)
    orders = [shop.submission({"A": 3}) for _ in range(3)]
    placed = [answer.order_id or 0 for answer in capture_orders(by=shop.by, submissions=orders)]
    numbers = [order.channel_order_id for order in orders]
    messages = [
        OrderCancelled("WEB", numbers[0], "changed my mind"),
        OrderCancelled("WEB", numbers[1], "one too many", ((1, 1),)),
        OrderCancelled("WEB", numbers[1], "another", ((1, 1),)),
        OrderCancelled("WEB", numbers[2], "all of it", ((1, 3),)),
    ]
    cancel_channel_orders(by=shop.by, messages=messages)
    assert [shop.line(order) for order in placed] == [{"cancelled": 3}, {"cancelled": 2, "reserved": 1}, {"cancelled": 3}]
    assert shop.promised("A") == {"available": 8, "reserved": 1}


def test_the_worker_catches_up_by_itself(shop: Shop) -> None:
    shop.report("MAIN", "A", 1)
    first, second = shop.order({"A": 1}), shop.order({"A": 1})
    dying(shop, lambda: cancel_order(by=shop.by, order_id=first, reason="customer"))
    stop = threading.Event()
    beside = threading.Thread(target=catching_up.run, args=(stop,), kwargs={"rest": 0.01})
    beside.start()
    patience = time.monotonic() + 60
    while shop.line(second) != {"reserved": 1} and time.monotonic() < patience:
        time.sleep(0.05)
    stop.set()
    beside.join()
    assert shop.line(second) == {"reserved": 1}
