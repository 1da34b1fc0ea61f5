"""A truck leaves while orders on it are cancelled."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.orders.cancellation import CannotCancelShipped
from orderhouse.wms.shipping.refusals import AlreadyShipped, ParcelNotLabelled
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Lay


def test_an_order_ships_or_is_cancelled_and_never_both(house: House, lay: Lay) -> None:
    track, floor = lay("ship_and_cancel", house.by, racers=12, share=0.2), Floor(house)
    left = {"A": 8 * track.rounds, "B": 8 * track.rounds}
    house.receive("MAIN", left)
    for _ in range(track.rounds):
        parcels = floor.labelled([{"A": 1, "B": 1}, {"B": 1, "A": 1}] * 4)
        orders = [row[0] for row in house.rows("SELECT id FROM oms_order WHERE state = 'released' ORDER BY id")]
        outcomes = track.race(
            [
                *(partial(ship_parcels, by=house.by, parcel_ids=[parcel]) for parcel in parcels[:4]),
                partial(ship_parcels, by=house.by, parcel_ids=parcels[4:]),
                *(partial(cancel_order, by=house.by, order_id=order, reason="no more") for order in orders[:7]),
            ]
        )
        told = [o.refusal for o in outcomes if o.refusal]
        assert all(isinstance(r, CannotCancelShipped | AlreadyShipped | ParcelNotLabelled) for r in told), told
        shipped = house.value("SELECT count(*) FROM oms_order WHERE id = ANY (%s) AND state = 'shipped'", orders)
        left = {sku: units - shipped for sku, units in left.items()}
        track.look(left)
        house.crews["MAIN"].clear_putaway()
        still = [row[0] for row in house.rows("SELECT id FROM wms_parcel WHERE state = 'labelled'")]
        ship_parcels(by=house.by, parcel_ids=still)
        left = {sku: units - len(still) for sku, units in left.items()}
        assert {house.state(order) for order in orders} <= {"shipped", "cancelled"}
        assert house.physical("A").get("good", 0) == left["A"]
    track.finish()
