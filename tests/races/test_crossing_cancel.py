"""A channel withdraws an order in the same moment as it arrives."""

from __future__ import annotations

from functools import partial

from orderhouse.contract.messages import OrderCancelled
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.tests.shop import Shop
from tests.races.track import Lay


def test_a_withdrawal_and_its_order_never_miss_each_other(shop: Shop, lay: Lay) -> None:
    track = lay("crossing_cancel", shop.by)
    shop.report("MAIN", "A", 3)
    for _ in range(track.rounds):
        orders = [shop.submission({"A": 1}) for _ in range(track.racers // 2)]
        withdrawn = [OrderCancelled(order.channel, order.channel_order_id, "changed my mind") for order in orders]
        outcomes = track.race(
            [
                *(partial(capture_orders, by=shop.by, submissions=[order]) for order in orders),
                *(partial(cancel_channel_orders, by=shop.by, messages=[message]) for message in withdrawn),
            ]
        )
        assert all(outcome.won for outcome in outcomes), outcomes
        track.look({"A": 3})
        placed = [outcome.value[0].order_id for outcome in outcomes[: len(orders)]]
        assert {shop.state(order_id) for order_id in placed} == {"cancelled"}
        assert track.rows("SELECT * FROM oms_early_cancel WHERE tenant_id = %(tenant)s") == []
        assert shop.promised("A") == {"available": 3}
    track.finish()
