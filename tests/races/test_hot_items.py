"""Writers whose orders hold several of the same few items, until nothing is left."""

from __future__ import annotations

from functools import partial

import pytest

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.tests.shop import Shop
from tests.races.shelves import open_books
from tests.races.track import Lay

HOT = [f"HOT-{n:02d}" for n in range(20)]


@pytest.mark.parametrize("writers", [8, 64])
def test_twenty_hot_items_are_sold_to_the_last_unit_and_never_twice(shop: Shop, lay: Lay, writers: int) -> None:
    define_items(by=shop.by, items=[ItemDefinition("OWN", sku, sku, weight_grams=300) for sku in HOT])
    track = lay(f"hot_items_{writers}", shop.by, racers=writers, share=0.5)
    stock = open_books(shop, HOT)
    for _ in range(track.rounds):
        for sku in HOT:
            shop.report("MAIN", sku, 6)
            shop.report("NORTH", sku, 3)
            stock[sku] += 9
        orders = [
            shop.submission({sku: track.random.randint(1, 4) for sku in track.random.sample(HOT, track.random.randint(3, 8))})
            for _ in range(writers)
        ]
        outcomes = track.race([partial(capture_orders, by=shop.by, submissions=[order]) for order in orders])
        assert all(outcome.won for outcome in outcomes)
        track.look(stock)
    track.finish()
