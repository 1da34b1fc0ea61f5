"""The floor's day goes wrong now and then: what the scanner says, what the books say, what the desk sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from orderhouse.kernel import clock
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.wms.floor.queries import scans_of
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.release_wave import release_wave
from tests.browser.people import stands
from tests.browser.scanner import Scanner
from tests.journeys.house import House

CONTROLLED = """() => new Promise((yes) => {
  if (navigator.serviceWorker.controller) yes();
  else navigator.serviceWorker.addEventListener("controllerchange", () => yes());
})"""
"""Wait until the page would open without a network."""

Hand = Callable[..., Scanner]
SignedIn = Callable[..., Any]


def wave(house: House, node: str = "MAIN") -> None:
    """Release what is reserved, and its wave to the pickers."""
    release_orders(by=house.by)
    plan = plan_wave(by=house.by, node_id=house.nodes[node])
    assert plan
    release_wave(by=house.by, wave_id=plan.wave_id)


def movements(house: House) -> int:
    return int(house.value("SELECT count(*) FROM ledger_movement WHERE tenant_id = %s", house.business.tenant_id))


def test_a_wrong_scan_is_told_what_was_expected_and_moves_nothing(house: House, scanner: Hand) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})
    house.order({"A": 2})
    wave(house)
    hand = scanner("MAIN-1").begin("pick").shows("pick.bin")
    (task,) = hand.work()["sheet"]["tasks"]
    before = movements(house)

    hand.scan("L.04-005-2").says(f"Expected bin {task['bin']}, scanned 04-005-2.", "wrong").shows("pick.bin")
    hand.scan("BAR-B").says(f"Expected bin {task['bin']}", "wrong").shows("pick.bin")
    hand.scan(f"L.{task['bin']}").shows("pick.item")
    hand.scan("BAR-B").says("Expected A Item A, scanned B Item B.", "wrong").shows("pick.item")
    hand.scan("BAR-A", "BAR-A").shows("pick.tote")
    hand.scan("BAR-A").says("Only 2 × A", "wrong")
    hand.scan("T.NONE").says("There is no tote NONE.", "wrong").shows("pick.tote")
    assert movements(house) == before
    assert house.violations() == {}
    hand.scan("T.MAIN-T001").shows("pick.done")
    assert house.physical("A") == {"good": 3, "picked": 2}


def test_a_short_pick_takes_two_taps_and_reaches_board_counters_and_the_desk(
    house: House, scanner: Hand, signed_in: SignedIn
) -> None:
    house.receive("MAIN", {"A": 3})
    order = house.order({"A": 3})
    wave(house)
    hand = scanner("MAIN-1").begin("pick").shows("pick.bin")
    (task,) = hand.work()["sheet"]["tasks"]
    hand.scan(f"L.{task['bin']}").shows("pick.item")
    hand.scan("BAR-A").says("1 of 3 × A", "right")

    hand.tap("short")
    hand.page.get_by_role("button", name="Short: 1 of 3 found").click()
    hand.says("Short noted: 1 found", "right").shows("pick.tote").scan("T.MAIN-T001").shows("pick.done")

    told = "2 of 3 missing in " + task["bin"]
    manager = signed_in("warehouse_manager", at="/board/MAIN")
    row = manager.locator("tr", has_text=told)
    expect(row).to_contain_text("short pick")
    expect(row).to_contain_text("warehouse manager")  # who is to deal with it
    manager.goto("/counts?node=MAIN")
    expect(manager.locator("tbody tr", has_text=task["bin"])).to_contain_text("short pick")
    desk = signed_in("order_desk", at=f"/orders/{order}")
    expect(desk.locator("#story")).to_contain_text("The node could not find 2 units")
    stands(desk, "picked", 1)
    expect(desk.locator("#line-1")).to_contain_text("2 backordered")
    assert house.physical("A").get("picked") == 1
    assert house.violations() == {}


def test_an_order_cancelled_mid_pick_stops_its_picker_and_comes_back_by_a_put_back(
    house: House, scanner: Hand, signed_in: SignedIn
) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})
    order = house.order({"A": 2, "B": 1})
    wave(house)
    hand = scanner("MAIN-1").begin("pick").shows("pick.bin")
    first, second = hand.work()["sheet"]["tasks"]
    hand.scan(f"L.{first['bin']}").shows("pick.item")
    hand.scan(*[f"BAR-{first['sku']}"] * first["quantity"]).shows("pick.tote").scan("T.MAIN-T001").shows("pick.bin")

    desk = signed_in("order_desk", at=f"/orders/{order}")
    desk.locator("[data-act=cancel]").click()
    desk.locator("#act-dialog").get_by_label("Why", exact=True).fill("the customer called")
    desk.locator("#act-dialog [data-do]").click()
    expect(desk.locator("#toasts")).to_contain_text("2 units")

    hand.scan(f"L.{second['bin']}")
    hand.says(re.compile("^Stop: order WEB-"), "stop")
    hand.page.get_by_role("button", name="Finish").click()
    hand.begin("putaway").shows("putaway.item").scan("T.MAIN-T001")
    hand.says("Tote MAIN-T001: ", "right").scan(f"BAR-{first['sku']}").shows("putaway.bin").scan(f"L.{first['bin']}")
    hand.says(f"in bin {first['bin']}", "right")
    expect(desk.locator("h1")).to_contain_text("cancelled")
    assert (house.physical("A"), house.physical("B")) == ({"good": 5}, {"good": 5})
    assert house.undelivered() == []
    assert house.violations() == {}


def test_two_pickers_at_one_tour_and_the_slower_is_told_by_whom_it_was_done(house: House, scanner: Hand) -> None:
    house.receive("MAIN", {"A": 5})
    house.order({"A": 2})
    wave(house)
    slow, quick = scanner("MAIN-1"), scanner("MAIN-2")
    slow.keeps_its_list()
    quick.begin("pick").shows("pick.bin")
    (task,) = quick.work()["sheet"]["tasks"]
    quick.scan(f"L.{task['bin']}", "BAR-A", "BAR-A", "T.MAIN-T001").shows("pick.done")
    slow.page.locator("[data-flow=pick]").click()
    slow.says("is walked by MAIN-2. Take another tour", "wrong")
    slow.page.complaints.forgive("409")
    assert house.physical("A") == {"good": 3, "picked": 2}


def test_two_put_away_the_same_goods_and_the_slower_is_told(house: House, scanner: Hand) -> None:
    house.receive("MAIN", {"A": 4}, put_away=False)
    slow, quick = scanner("MAIN-1"), scanner("MAIN-2")
    for hand in (slow, quick):
        hand.begin("putaway").shows("putaway.item").scan("BAR-A").shows("putaway.bin")
    task = quick.work()["sheet"]["tasks"][0]
    quick.scan(f"L.{task['bin']}").says(f"4 × A in bin {task['bin']}", "right")
    slow.scan(f"L.{task['bin']}")
    slow.says("Badge MAIN-2 has put away the 4 × A already", "stop")
    assert house.physical("A") == {"good": 4}
    assert house.violations() == {}


def test_five_minutes_without_a_network_lose_no_scan_and_explain_what_could_not_be_done(house: House, scanner: Hand) -> None:
    house.receive("MAIN", dict.fromkeys("ABCD", 9))
    orders = {f"WEB-{1001 + n}/1": house.order({sku: 3}) for n, sku in enumerate("ABCD", 1)}
    wave(house)
    hand = scanner("MAIN-1").begin("pick").shows("pick.bin")
    page = hand.page
    tasks = hand.work()["sheet"]["tasks"]
    page.evaluate(CONTROLLED)
    page.clock.install()

    page.context.set_offline(True)
    expect(page.locator(".line")).to_contain_text("Working offline")
    said = [[f"L.{task['bin']}", *[f"BAR-{task['sku']}"] * 3, f"T.MAIN-T{n:03d}"] for n, task in enumerate(tasks)]
    hand.scan(*said[0], *said[1]).waits(10)
    expect(page.locator(".line")).to_contain_text("Working offline, 10 waiting")
    page.clock.fast_forward("05:00")
    page.reload()
    expect(page.locator(".line")).to_contain_text("Working offline, 10 waiting")
    hand.shows("pick.bin").scan("L.99-999-9").says(f"Expected bin {tasks[2]['bin']}", "wrong")
    hand.scan(*said[2]).waits(15)

    (third,) = [order for release, order in orders.items() if release == tasks[2]["order"]]
    cancel_order(by=house.by.when(clock.now()), order_id=third, reason="customer")
    page.context.set_offline(False)
    hand.waits(0)
    refused = page.locator("section.conflicts")
    expect(refused).to_contain_text(f"Stop: order {tasks[2]['order']} is cancelled")
    page.locator("[data-act=understood]").click()
    expect(refused).to_have_count(0)
    hand.shows("pick.bin").scan(*said[3]).shows("pick.done")

    session = int(hand.work()["session"])
    kept = [row.text for row in scans_of(house.business.tenant_id, session)]
    assert kept == [text for texts in said for text in texts], "in the order they were made, each once"
    for task in tasks[:2]:
        assert house.physical(task["sku"]) == {"good": 6, "picked": 3}
    assert house.state(third) == "cancelled"
    assert house.undelivered() == []
    assert house.violations() == {}
    page.complaints.forgive("ERR_INTERNET_DISCONNECTED")
