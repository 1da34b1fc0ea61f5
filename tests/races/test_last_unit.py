"""The last unit, from two channels, while a reservation of another expires."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.tests.shop import Shop
from tests.races.track import Lay


def test_the_last_unit_and_one_that_comes_free_go_to_two_orders_and_no_third(shop: Shop, lay: Lay) -> None:
    define_channels(by=shop.by, channels=[ChannelDefinition("MARKET", "A marketplace", "marketplace", "OWN", "GBP")])
    track = lay("last_unit", shop.by)
    shop.report("MAIN", "A", 2)
    for _ in range(track.rounds):
        expiring = shop.order({"A": 1})
        orders = [shop.submission({"A": 1}, channel=("WEB", "MARKET")[n % 2]) for n in range(track.racers - 1)]
        outcomes = track.race(
            [
                partial(cancel_order, by=shop.by, order_id=expiring, reason="the hold ran out"),
                *(partial(capture_orders, by=shop.by, submissions=[order]) for order in orders),
            ]
        )
        assert all(outcome.won for outcome in outcomes)
        track.look({"A": 2})
        assert shop.promised("A") == {"reserved": 2}
        placed = [outcome.value[0].order_id for outcome in outcomes[1:]]
        assert sum(shop.line(order_id) == {"reserved": 1} for order_id in placed) == 2
        cancel_many(by=shop.by, order_ids=placed, reason="next round")
    track.finish()
