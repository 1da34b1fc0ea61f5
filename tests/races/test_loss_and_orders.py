"""A node reports a loss while orders that hold the units are placed, cancelled and released."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
from orderhouse.oms.tests.shop import Shop
from tests.races.shelves import open_books
from tests.races.track import Lay


def test_what_is_lost_is_promised_to_nobody_and_what_comes_is_left_beside_nobody(shop: Shop, lay: Lay) -> None:
    track = lay("loss_and_orders", shop.by, racers=12)
    stock = open_books(shop, "AB")
    for sku in stock:
        shop.report("MAIN", sku, 8)
        stock[sku] += 8
        shop.report("NORTH", sku, -1, "lost")
        stock[sku] -= 1
    for _ in range(track.rounds):
        lines = [{"A": 2, "B": 1}, {"B": 2, "A": 1}]
        having = [shop.order(lines[n % 2]) for n in range(4)]
        losses = [shop.change("MAIN", sku, -3, "lost") for sku in stock]
        gains = [shop.change("MAIN", sku, 3, "found") for sku in stock]
        outcomes = track.race(
            [
                *(partial(apply_inventory_changes, by=shop.by, messages=[message]) for message in [*losses, *gains]),
                partial(cancel_order, by=shop.by, order_id=having[0], reason="no more"),
                partial(cancel_order, by=shop.by, order_id=having[1], reason="no more"),
                *(partial(capture_orders, by=shop.by, submissions=[shop.submission(lines[n % 2])]) for n in range(6)),
            ]
        )
        assert all(outcome.won for outcome in outcomes), outcomes
        track.look(stock)
        assert (
            track.rows("SELECT balance FROM ledger_account WHERE tenant_id = %(tenant)s AND state = 'shortage' AND balance < 0")
            == []
        )
        placed = [outcome.value[0].order_id for outcome in outcomes[-6:]]
        cancel_many(by=shop.by, order_ids=[*having, *placed], reason="next round")
    track.finish()
