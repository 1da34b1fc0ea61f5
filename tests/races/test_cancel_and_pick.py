"""Orders are cancelled while they, and their neighbors on the same tour, are picked."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.start_tour import start_tour
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Job, Lay


def test_a_cancelled_order_is_put_back_or_never_picked_and_every_tour_ends(house: House, lay: Lay) -> None:
    track, floor = lay("cancel_and_pick", house.by, racers=14, share=0.5), Floor(house)
    house.receive("MAIN", {"A": 24, "B": 24})
    for _ in range(track.rounds):
        orders = dict(zip(floor.outbounds(ids := floor.release([{"A": 1, "B": 1}] * 12)), ids, strict=True))
        jobs: list[Job] = []
        for p, tour in enumerate(floor.wave(capacity=2)):
            by, tote = floor.badge(f"P-{p}"), floor.tote()
            stops = start_tour(by=by, tour_id=tour.id).stops
            first, second = sorted({stop.outbound_id for stop in stops})
            picks = [PickDone(s.task_id, s.quantity, tote) for s in stops if s.outbound_id == first]
            jobs.append(partial(confirm_picks, by=by, picks=picks))
            withdrawn = [second] if p < 4 else [first, second]  # the tour's last picks at once, or the very order that is picked
            jobs += [partial(cancel_order, by=house.by, order_id=orders[each], reason="no more") for each in withdrawn]
        outcomes = track.race(jobs)
        assert all(o.won or isinstance(o.refusal, OutboundCancelled) for o in outcomes), outcomes
        track.look({"A": 24, "B": 24})
        floor.nobody_is_stuck()
        cancel_many(by=house.by, order_ids=ids, reason="next round")
        house.crews["MAIN"].clear_putaway()
        assert (house.physical("A"), house.physical("B")) == ({"good": 24}, {"good": 24})
        assert {house.state(order) for order in ids} == {"cancelled"}
    track.finish()
