"""The main job: orders captured, promised, released, waved, picked by scan, packed, labelled, shipped and told back."""

from __future__ import annotations

from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.releases.release_orders import release_orders
from tests.journeys.house import House


def test_an_order_travels_from_capture_to_dispatch_and_its_channel_hears_of_it(house: House) -> None:
    house.receive("MAIN", {"A": 40, "B": 20})
    order = house.order({"A": 3, "B": 2})
    assert house.state(order) == "reserved"
    release_orders(by=house.by)
    assert house.state(order) == "released"
    house.crews["MAIN"].run_waves()
    house.crews["MAIN"].dispatch()
    assert house.state(order) == "shipped"
    assert (house.line(order, 1), house.line(order, 2)) == ({"shipped": 3}, {"shipped": 2})
    assert house.physical("A") == {"good": 37, "customer": 3}
    (advice,) = house.letters("ShipmentAdvised")
    assert advice["lines"] == [[1, 3], [2, 2]]
    assert all(advice["trackings"])
    assert house.undelivered() == []
    assert house.violations() == {}


def test_many_orders_over_two_warehouses_leave_nothing_behind(house: House) -> None:
    house.receive("MAIN", {"A": 60, "B": 60, "C": 10})
    house.receive("NORTH", {"A": 60, "D": 30})
    orders = [house.order({"A": 1 + n % 3, "B" if n % 2 else "D": 1}) for n in range(24)]
    release_orders(by=house.by)
    for crew in house.crews.values():
        crew.work_day()
    assert {house.state(order) for order in orders} == {"shipped"}
    assert house.undelivered() == []
    assert house.violations() == {}


def test_what_was_backordered_ships_when_goods_arrive_with_nobody_asking(house: House) -> None:
    house.receive("MAIN", {"A": 2})
    order = house.order({"A": 5})
    assert house.line(order) == {"reserved": 2, "backordered": 3}
    house.receive("MAIN", {"A": 10})
    assert house.line(order) == {"reserved": 5}
    release_orders(by=house.by)
    house.crews["MAIN"].work_day()
    assert house.state(order) == "shipped"
    assert house.violations() == {}


def test_a_cancel_before_release_frees_the_stock_at_once(house: House) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 5})
    outcome = cancel_order(by=house.by, order_id=order, reason="customer")
    assert (outcome.cancelled_now, house.line(order)) == (5, {"cancelled": 5})
    assert house.line(house.order({"A": 5})) == {"reserved": 5}
    assert house.violations() == {}


def test_a_cancel_after_release_but_before_the_pick_recalls_the_tasks(house: House) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 5})
    release_orders(by=house.by)
    cancel_order(by=house.by, order_id=order, reason="customer")
    assert (house.state(order), house.line(order)) == ("cancelled", {"cancelled": 5})
    house.crews["MAIN"].work_day()
    assert house.physical("A") == {"good": 5}
    assert house.violations() == {}


def test_a_cancel_after_the_pick_frees_the_stock_when_it_lies_in_its_bin_again(house: House) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 5})
    release_orders(by=house.by)
    house.crews["MAIN"].run_waves(pack=False)
    assert house.physical("A") == {"picked": 5}
    outcome = cancel_order(by=house.by, order_id=order, reason="customer")
    assert (outcome.cancelled_now, outcome.wanted_back) == (0, 5)
    assert house.line(order) == {"released": 5, "cancel_wanted": 5}
    house.crews["MAIN"].clear_putaway()
    assert house.line(order) == {"cancelled": 5}
    assert house.physical("A") == {"good": 5}
    assert house.violations() == {}


def test_a_cancel_after_packing_voids_the_label_and_puts_the_goods_back(house: House) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 5})
    release_orders(by=house.by)
    house.crews["MAIN"].run_waves()
    cancel_order(by=house.by, order_id=order, reason="customer")
    house.crews["MAIN"].clear_putaway()
    assert house.line(order) == {"cancelled": 5}
    assert house.physical("A") == {"good": 5}
    assert house.crews["MAIN"].dispatch().parcels == 0
    assert house.violations() == {}
