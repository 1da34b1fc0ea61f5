"""Cancellations that each free what another order of the race waits for, which is being cancelled too."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.tests.shop import Shop
from tests.races.shelves import open_books
from tests.races.track import Lay

WANTED_MOST, WANTED, WANTED_LEAST = 1, 5, 9


def test_what_many_cancel_at_once_goes_to_those_who_wait_for_it(shop: Shop, lay: Lay) -> None:
    track = lay("cancel_cancel", shop.by)
    half = track.racers // 2
    open_books(shop, "AB")
    for sku in "AB":
        shop.report("MAIN", sku, half - 2)
    both = {"A": 1, "B": 1}
    for _ in range(track.rounds):
        blocker = shop.order({"A": half})
        have_b = [shop.order(both, priority=WANTED_LEAST) for _ in range(half)]  # and wait for A
        have_a = [shop.order(both, priority=WANTED_MOST) for _ in range(half)]  # as soon as it is free, and wait for B
        waiting = [shop.order(both, priority=WANTED) for _ in range(half)]
        cancel_order(by=shop.by, order_id=blocker, reason="now A is free")
        assert shop.line(have_a[0], 1) == {"reserved": 1}
        assert shop.line(have_b[0], 2) == {"reserved": 1}
        racing = [order for pair in zip(have_a, have_b, strict=True) for order in pair]
        outcomes = track.race([partial(cancel_order, by=shop.by, order_id=order, reason="no more") for order in racing])
        assert all(outcome.won for outcome in outcomes)
        track.look({"A": half, "B": half})
        assert all(shop.line(order, line) == {"reserved": 1} for order in waiting for line in (1, 2))
        cancel_many(by=shop.by, order_ids=waiting, reason="next round")
    track.finish()
