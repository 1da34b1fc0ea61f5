"""Trucks are received at both nodes while orders for what they bring are placed and withdrawn."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.wms.inbound.receive_goods import receive_goods
from orderhouse.wms.inbound.rules import Received
from tests.journeys.house import House
from tests.races.floor import Floor
from tests.races.track import Lay


def test_what_trucks_bring_serves_whoever_waits_and_nothing_is_left_beside_them(house: House, lay: Lay) -> None:
    track, floor = lay("receipt_and_backorders", house.by, racers=12, share=0.3), Floor(house)
    items = {sku: floor.item(sku) for sku in "AB"}
    stock = dict.fromkeys(items, 0)
    for n in range(track.rounds):
        waiting = [house.order({"A": 2, "B": 1} if k % 2 else {"B": 1, "A": 2}) for k in range(6)]
        numbers = {f"R-{n}-{k}": ("MAIN", "NORTH")[k % 2] for k in range(4)}
        due = house.by.at + timedelta(hours=1)
        lines = (ExpectedLine(1, "A", "OWN", 3), ExpectedLine(2, "B", "OWN", 2))
        expect_receipts(
            by=house.by, receipts=[ExpectReceipt(number, node, "Maker", due, lines) for number, node in numbers.items()]
        )
        ids = [house.value("SELECT id FROM wms_receipt WHERE number = %s", number) for number in numbers]
        goods = [[Received(items["A"], 3), Received(items["B"], 2)], [Received(items["B"], 2), Received(items["A"], 3)]]
        outcomes = track.race(
            [
                *(partial(receive_goods, by=house.by, receipt_id=id_, goods=goods[k % 2]) for k, id_ in enumerate(ids)),
                *(partial(cancel_order, by=house.by, order_id=order, reason="no more") for order in waiting[:3]),
                *(partial(capture_orders, by=house.by, submissions=[house.submission({"A": 1, "B": 1})]) for _ in range(5)),
            ]
        )
        assert all(outcome.won for outcome in outcomes), outcomes
        stock = {"A": stock["A"] + 12, "B": stock["B"] + 8}
        track.look(stock)
        placed = [outcome.value[0].order_id for outcome in outcomes[-5:]]
        cancel_many(by=house.by, order_ids=waiting[3:] + placed, reason="next round")
    track.finish()
