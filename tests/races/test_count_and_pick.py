"""A count is approved while its bin is picked, found short, and planned from."""

from __future__ import annotations

from functools import partial

from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.short_picks import ShortPick, short_picks
from orderhouse.wms.picking.start_tour import start_tour
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Lay


def test_a_count_approved_while_the_bin_is_picked_loses_just_what_it_missed(house: House, lay: Lay) -> None:
    track, floor = lay("count_and_pick", house.by, racers=5, share=0.3), Floor(house)
    had = 12 * track.rounds
    for _ in range(2):
        house.receive("MAIN", {"A": had, "B": had})
    approve_variances(by=house.by, task_ids=_counted_one_less(floor))  # the first loss of an item opens its account
    lost = {"A": 1, "B": 1}
    for _ in range(track.rounds):
        floor.release([{"A": 2, "B": 1}, {"A": 1, "B": 2}, {"B": 1}])
        walks = []
        for p, tour in enumerate(floor.wave(strategy="discrete")):
            by = floor.badge(f"P-{p}")
            walks.append((tour.id, by, start_tour(by=by, tour_id=tour.id).stops, floor.tote()))
        counted = _counted_one_less(floor)
        floor.release([{"A": 1, "B": 1}])
        (_, short_by, short_stops, _), *rest = walks
        outcomes = track.race(
            [
                partial(approve_variances, by=house.by, task_ids=counted),
                partial(short_picks, by=short_by, shorts=[ShortPick(short_stops[0].task_id, 0)]),
                *(
                    partial(confirm_picks, by=by, picks=[PickDone(s.task_id, s.quantity, tote) for s in stops])
                    for _, by, stops, tote in rest
                ),
                floor.wave,
            ]
        )
        assert all(outcome.won for outcome in outcomes), outcomes
        lost = {sku: units + 1 for sku, units in lost.items()}
        lost[short_stops[0].sku] += short_stops[0].quantity
        for sku in lost:
            assert house.physical(sku)["lost"] == lost[sku]
        track.look({sku: 2 * had - lost[sku] for sku in lost})
        floor.nobody_is_stuck()
        for tour_id, by, _, tote in walks:
            left = [s for s in floor.stops(tour_id) if s.state == "started"]
            confirm_picks(by=by, picks=[PickDone(s.task_id, s.quantity - s.picked, tote) for s in left])
        for (tour_id,) in house.rows("SELECT id FROM wms_tour WHERE state = 'ready' ORDER BY id"):
            floor.walk(tour_id, floor.badge("P-9"), [floor.tote() for _ in range(12)])
    track.finish()


def _counted_one_less(floor: Floor) -> list[int]:
    """Both bins counted, a unit short of the book each; the counts to approve."""
    house = floor.house
    asked = request_counts(by=house.by, bins=[(floor.bin_of(sku), floor.item(sku)) for sku in "AB"], reason="suspicion")
    book = {
        task: house.value(
            """SELECT sum(balance)::int FROM ledger_account
               WHERE place_id = %s AND item_id = %s AND state IN ('good', 'allocated')""",
            *key,
        )
        for key, task in asked.items()
    }
    return count_locations(by=house.by, counts=[Count(task, units - 1) for task, units in book.items()])
