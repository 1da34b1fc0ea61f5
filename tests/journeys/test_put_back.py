"""A customer cancels while a picker is out of reach: the goods come back, and the books hold at every step."""

from __future__ import annotations

from uuid import uuid4

import pytest

from orderhouse.database import unit_of_work
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.wms.floor.take_scan import ScanInput, start_session, take_scans
from orderhouse.wms.putaway.queries import open_tasks
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave
from tests.journeys.house import House


def test_goods_picked_out_of_reach_for_a_cancelled_order_are_put_back_and_sold_again(house: House) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})
    order = house.order({"A": 2, "B": 1})
    release_orders(by=house.by)
    node_id, tenant_id = house.nodes["MAIN"], house.business.tenant_id
    plan = plan_wave(by=house.by, node_id=node_id)
    assert plan
    release_wave(by=house.by, wave_id=plan.wave_id)
    (tour,) = tours(tenant_id, node_id=node_id)
    device = house.crews["MAIN"].workers[0].device
    by = device.by
    start = start_session(by=by, node_id=node_id, badge=device.badge, flow="pick", target=tour.id)
    session = int(start.data["session"])

    cancel_order(by=house.by, order_id=order, reason="customer")
    assert house.line(order, 1) == {"cancelled": 2}, "the OMS was told at once: nothing was known to be picked"
    assert house.violations() == {}

    scans = []
    for task in start.data["sheet"]["tasks"]:
        scans += [(f"L.{task['bin']}", None), (f"BAR-{task['sku']}", task["quantity"]), ("T.MAIN-T001", None)]
    answers = take_scans(by=by, session_id=session, scans=[ScanInput(uuid4(), text, units) for text, units in scans])
    assert answers[0].screen == "pick.stop"
    assert answers[0].sentence.startswith("Stop: order WEB-")
    with unit_of_work(tenant_id):
        back = open_tasks(tenant_id, node_id)
    assert {(task.kind, task.sku, task.quantity, task.source) for task in back} == {
        ("putback", "A", 2, "MAIN-T001"),
        ("putback", "B", 1, "MAIN-T001"),
    }
    assert house.violations() == {}

    again = house.order({"A": 5})
    assert house.line(again) == {"reserved": 5}, "they were never lost to the promise"
    release_orders(by=house.by)
    house.crews["MAIN"].clear_putaway()
    with unit_of_work(tenant_id):
        assert open_tasks(tenant_id, node_id) == []
    house.crews["MAIN"].work_day()
    assert house.state(again) == "shipped"
    assert house.physical("A") == {"customer": 5}
    assert house.physical("B") == {"good": 5}
    assert house.undelivered() == []
    assert house.violations() == {}


@pytest.mark.parametrize("offline", [True, False], ids=["in one batch", "scan by scan"])
def test_units_scanned_one_by_one_for_a_cancelled_order_are_all_known_to_lie_in_the_tote(house: House, offline: bool) -> None:
    house.receive("MAIN", {"C": 8})
    order = house.order({"C": 5})
    release_orders(by=house.by)
    node_id, tenant_id = house.nodes["MAIN"], house.business.tenant_id
    plan = plan_wave(by=house.by, node_id=node_id)
    assert plan
    release_wave(by=house.by, wave_id=plan.wave_id)
    (tour,) = tours(tenant_id, node_id=node_id)
    device = house.crews["MAIN"].workers[0].device
    start = start_session(by=device.by, node_id=node_id, badge=device.badge, flow="pick", target=tour.id)
    (task,) = start.data["sheet"]["tasks"]
    cancel_order(by=house.by, order_id=order, reason="customer")

    item, tote = ("BAR-C", None), ("T.MAIN-T002", None)
    scans = [(f"L.{task['bin']}", None), item, ("!undo", None), item, item, ("BAR-C", 2), tote, item, tote, item, tote]
    inputs = [ScanInput(uuid4(), text, units) for text, units in scans]
    session_id = int(start.data["session"])
    for batch in [inputs] if offline else [[each] for each in inputs]:
        take_scans(by=device.by, session_id=session_id, scans=batch)
    with unit_of_work(tenant_id):
        back = open_tasks(tenant_id, node_id)
    assert sorted((task.kind, task.sku, task.quantity, task.source) for task in back) == [
        ("putback", "C", 1, "MAIN-T002"),
        ("putback", "C", 4, "MAIN-T002"),
    ], "five lie in the tote; the sixth was never to be picked"
    lies = """SELECT a.balance::int FROM ledger_account a JOIN catalog_item i ON i.id = a.item_id
              JOIN {0} p ON p.id = a.place_id WHERE a.book = 'physical' AND i.sku = 'C' AND p.code = %s AND a.balance <> 0"""
    assert house.rows(lies.format("wms_handling_unit"), "MAIN-T002") == [(5,)]
    assert house.rows(lies.format("wms_location"), task["bin"]) == [(3,)], "the book has in the bin what lies there"
    assert house.violations() == {}

    house.crews["MAIN"].clear_putaway()
    assert house.physical("C") == {"good": 8}
    assert house.violations() == {}
