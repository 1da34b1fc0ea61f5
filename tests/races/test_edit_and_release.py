"""Orders are edited while they are released."""

from __future__ import annotations

from functools import partial

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.edit_order import OrderChanges, ReleasedElsewhere, ReleasedUnits, edit_order
from orderhouse.oms.releases.release_orders import release_orders
from tests.journeys.house import House
from tests.races.track import Lay


def test_an_order_is_edited_and_then_released_or_the_edit_is_told_that_it_was_released(house: House, lay: Lay) -> None:
    track = lay("edit_and_release", house.by, racers=12, share=0.5)
    for sku in "AB":
        house.receive("MAIN", {sku: 8})
        house.receive("NORTH", {sku: 8})
    for _ in range(track.rounds):
        orders = [house.order({"A": 2, "B": 1} if n % 2 else {"B": 1, "A": 2}) for n in range(6)]
        changes = [OrderChanges(quantities={1: track.random.choice((1, 3)), 2: track.random.choice((1, 2))}) for _ in orders]
        changes[0] = OrderChanges(service="standard", quantities={1: 4})
        outcomes = track.race(
            [
                *(
                    partial(edit_order, by=house.by, order_id=order, changes=change, reason="the customer called")
                    for order, change in zip(orders, changes, strict=True)
                ),
                *(partial(release_orders, by=house.by, order_ids=[order]) for order in orders[:4]),
                partial(release_orders, by=house.by, order_ids=orders[3:]),
                partial(release_orders, by=house.by),
            ]
        )
        told = [o.refusal for o in outcomes if o.refusal]
        assert all(isinstance(refusal, ReleasedElsewhere | ReleasedUnits) or "otherwise" in str(refusal) for refusal in told), (
            told
        )
        track.look({"A": 16, "B": 16})
        cancel_many(by=house.by, order_ids=orders, reason="next round")
        assert (house.physical("A"), house.physical("B")) == ({"good": 16}, {"good": 16})
    track.finish()
