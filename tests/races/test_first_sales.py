"""The first sale of an item at a node opens its accounts: many first sales at once, of items nobody has sold before."""

from __future__ import annotations

from functools import partial

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.tests.shop import Shop
from tests.races.track import Lay

ITEMS = 12


def test_first_sales_of_the_same_new_items_wait_for_one_another_and_never_in_a_circle(shop: Shop, lay: Lay) -> None:
    track = lay("first_sales", shop.by, share=0.5)
    for round_ in range(max(2, track.rounds)):
        skus = [f"NEW-{round_}-{n:02d}" for n in range(ITEMS)]
        define_items(by=shop.by, items=[ItemDefinition("OWN", sku, sku, weight_grams=300) for sku in skus])
        for sku in track.random.sample(skus, ITEMS):
            shop.report("MAIN", sku, 5)
            shop.report("NORTH", sku, 3)
        singles = [
            [shop.submission({sku: track.random.randint(1, 3) for sku in track.random.sample(skus, 6)})]
            for _ in range(track.racers - 2)
        ]
        batches = [[shop.submission(dict.fromkeys(track.random.sample(skus, 3), 1)) for _ in range(10)] for _ in range(2)]
        outcomes = track.race([partial(capture_orders, by=shop.by, submissions=orders) for orders in [*singles, *batches]])
        assert all(outcome.won for outcome in outcomes)
        track.look(dict.fromkeys(skus, 8))
    track.finish()
