"""Pickers who go for the same pick, and a picker who takes two tours at once."""

from __future__ import annotations

from functools import partial

from orderhouse.wms.picking.refusals import OnAnotherTour, TourTaken
from orderhouse.wms.picking.start_tour import start_tour
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Lay


def test_one_picker_gets_the_task_and_the_others_are_told_who(house: House, lay: Lay) -> None:
    track, floor = lay("one_task", house.by, share=0.5), Floor(house)
    house.receive("MAIN", {"A": track.rounds})
    pickers = [(floor.badge(f"B-{n}"), floor.tote()) for n in range(track.racers)]
    for n in range(track.rounds):
        floor.release([{"A": 1}])
        (tour,) = floor.wave()
        outcomes = track.race([partial(floor.walk, tour.id, by, [tote if n == 0 else floor.tote()]) for by, tote in pickers])
        (winner,) = [by.actor for (by, _), outcome in zip(pickers, outcomes, strict=True) if outcome.won]
        assert all(isinstance(o.refusal, TourTaken) and o.refusal.facts["badge"] == winner for o in outcomes if not o.won)
        assert house.physical("A").get("picked") == n + 1
        floor.nobody_is_stuck()
        track.look({"A": track.rounds})
    track.finish()


def test_a_badge_that_starts_two_tours_at_once_walks_one(house: House, lay: Lay) -> None:
    track, floor = lay("two_tours", house.by, racers=4, share=0.5), Floor(house)
    house.receive("MAIN", {"A": 4})
    floor.release([{"A": 1}] * 4)
    tours = floor.wave(strategy="discrete")
    for n in range(track.rounds):
        outcomes = track.race([partial(start_tour, by=floor.badge(f"B-{n % 2}"), tour_id=tour.id) for tour in tours])
        assert [o.refusal for o in outcomes if o.refusal and not isinstance(o.refusal, OnAnotherTour | TourTaken)] == []
        walked = house.rows("SELECT badge, count(*) FROM wms_tour WHERE state = 'started' GROUP BY badge")
        assert all(units == 1 for _, units in walked)
        assert len(walked) == min(2, n + 1)
    track.finish()
