"""Waves at both nodes that find less than was promised, a second wave beside them, trucks that leave, orders that are withdrawn."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.waves.plan_wave import plan_wave
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Job, Lay

SKUS = ("A", "B")


def test_what_one_wave_is_short_of_is_found_at_the_other_node_or_waits_and_no_wave_is_lost(house: House, lay: Lay) -> None:
    track = lay("waves_and_trucks", house.by, racers=12, share=0.2)
    floors = {node: Floor(house, node) for node in house.nodes}
    stock = dict.fromkeys(SKUS, 0)
    for n in range(track.rounds + 1):  # the first to open the accounts, by itself
        for node in floors:
            house.receive(node, dict.fromkeys(SKUS, 8))
        stock = {sku: units + 16 for sku, units in stock.items()}
        trucks = floors["MAIN"].labelled([{"A": 1}, {"B": 1}])
        orders = floors["MAIN"].release([dict.fromkeys(SKUS if k % 2 else SKUS[::-1], 1) for k in range(12)])
        waiting = [house.order({"A": 2, "B": 2}) for _ in range(3)]
        for floor in floors.values():
            lost = _lose(floor, 2)
            stock = {sku: units - lost[sku] for sku, units in stock.items()}
        jobs: list[Job] = [
            *(
                partial(plan_wave, by=house.by, node_id=floor.node_id, max_orders=6)
                for floor in floors.values()
                for _ in range(2)
            ),
            *(partial(ship_parcels, by=house.by, parcel_ids=[parcel]) for parcel in trucks),
            *(partial(cancel_order, by=house.by, order_id=order, reason="no more") for order in [*orders[:4], *waiting[:2]]),
        ]
        outcomes = track.race(jobs) if n else [track.race([job])[0] for job in jobs]
        assert all(outcome.won for outcome in outcomes), outcomes
        stock = {sku: units - 1 for sku, units in stock.items()}
        track.look(stock)
        cancel_many(by=house.by, order_ids=[*orders, *waiting], reason="next round")
        for crew in house.crews.values():
            crew.clear_putaway()
        for floor in floors.values():
            floor.nobody_is_stuck()
    track.finish()


def _lose(floor: Floor, units: int) -> dict[str, int]:
    """Count both items' bins short by so many and approve it; units lost. What is released beyond is owed until a wave shorts it."""
    house = floor.house
    asked = request_counts(by=house.by, bins=[(floor.bin_of(sku), floor.item(sku)) for sku in SKUS], reason="suspicion")
    book = {
        task: house.value(
            """SELECT coalesce(sum(balance), 0)::int FROM ledger_account
               WHERE place_id = %s AND item_id = %s AND state IN ('good', 'allocated')""",
            *key,
        )
        for key, task in asked.items()
    }
    counts = [Count(task, max(0, there - units)) for task, there in book.items()]
    approve_variances(by=house.by, task_ids=count_locations(by=house.by, counts=counts))
    sku_of = {floor.item(sku): sku for sku in SKUS}
    return {sku_of[key[1]]: min(units, book[task]) for key, task in asked.items()}
