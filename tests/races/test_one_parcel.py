"""Packers at two benches who pack the same order."""

from __future__ import annotations

from functools import partial

from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Lay


def test_an_order_is_packed_once_however_many_benches_try(house: House, lay: Lay) -> None:
    track, floor = lay("one_parcel", house.by, share=0.5), Floor(house)
    house.receive("MAIN", {"A": 2 * track.rounds, "B": track.rounds})
    for n in range(1, track.rounds + 1):
        (outbound,) = floor.picked([{"A": 2, "B": 1}])
        outcomes = track.race([partial(floor.pack, outbound) for _ in range(track.racers)])
        assert sum(outcome.won for outcome in outcomes) == 1
        assert (house.physical("A")["packed"], house.physical("B")["packed"]) == (2 * n, n)
        assert house.value("SELECT count(*) FROM wms_parcel WHERE outbound_id = %s", outbound) == 1
    track.finish()
