"""The interactive path and the batch writer, at once, on the same items."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.tests.shop import Shop
from tests.races.shelves import open_books
from tests.races.track import Lay


def test_single_orders_and_batches_of_a_hundred_share_the_stock_without_a_unit_too_many(shop: Shop, lay: Lay) -> None:
    track = lay("two_paths", shop.by, share=0.25)
    stock = open_books(shop, "ABC")
    for _ in range(track.rounds):
        for sku in stock:
            shop.report("MAIN", sku, 60)
            shop.report("NORTH", sku, 20)
            stock[sku] += 80
        singles = [[shop.submission({"A": 1, track.random.choice("BC"): 2})] for _ in range(track.racers - 2)]
        batches = [[shop.submission(dict.fromkeys(track.random.sample("ABC", 2), 1)) for _ in range(100)] for _ in range(2)]
        outcomes = track.race([partial(capture_orders, by=shop.by, submissions=orders) for orders in [*singles, *batches]])
        assert all(outcome.won for outcome in outcomes)
        assert sum(len(outcome.value) for outcome in outcomes) == len(singles) + 200
        track.look(stock)
    track.finish()
