"""Returned units are graded while orders for the same item are placed."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns
from orderhouse.wms.inbound.grade_returned import grade_returned
from orderhouse.wms.inbound.receive_returned import receive_returned
from orderhouse.wms.inbound.rules import Grade, Returned
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Lay


def test_a_graded_return_goes_to_the_order_that_wants_it(house: House, lay: Lay) -> None:
    track, floor = lay("return_and_capture", house.by, racers=12, share=0.2), Floor(house)
    house.receive("MAIN", {"A": 4})
    for _ in range(track.rounds):
        ship_parcels(by=house.by, parcel_ids=floor.labelled([{"A": 1}] * 4))
        orders = [
            row[0]
            for row in house.rows(
                "SELECT id FROM oms_order WHERE state = 'shipped' AND NOT EXISTS ("
                "SELECT FROM oms_return r WHERE r.order_id = oms_order.id)"
            )
        ]
        numbers = authorize_returns(by=house.by, requests=[ReturnRequest(order, {1: 1}, "too small") for order in orders])
        ids = [house.value("SELECT id FROM wms_receipt WHERE number = %s", number) for number in numbers]
        for receipt_id in ids:
            receive_returned(by=house.by, receipt_id=receipt_id, lines=[Returned(1, 1)])
        wanted = [house.submission({"A": 1}) for _ in range(track.racers - 4)]
        outcomes = track.race(
            [
                *(partial(grade_returned, by=house.by, receipt_id=id_, grades=[Grade(1, 1, "restock")]) for id_ in ids),
                *(partial(capture_orders, by=house.by, submissions=[order]) for order in wanted),
            ]
        )
        assert all(outcome.won for outcome in outcomes), outcomes
        track.look({"A": 4})
        assert track.promised()["A"]["reserved"] == 4
        cancel_many(by=house.by, order_ids=[o.value[0].order_id for o in outcomes[4:]], reason="next round")
        house.crews["MAIN"].clear_putaway()
    track.finish()
