"""What else a scanner does: undo, move, look up, count the bin one stands at, and scans made without a network."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from orderhouse.kernel import clock
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.release_wave import release_wave
from tests.browser.scanner import Scanner
from tests.journeys.house import House

Hand = Callable[..., Scanner]
SignedIn = Callable[..., Any]


def wave(house: House) -> None:
    """Release what is reserved, and its wave to the pickers."""
    release_orders(by=house.by)
    plan = plan_wave(by=house.by, node_id=house.nodes["MAIN"])
    assert plan
    release_wave(by=house.by, wave_id=plan.wave_id)


def test_an_undo_takes_the_last_pick_back_and_says_why_not_after_a_short(house: House, scanner: Hand) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})
    house.order({"A": 2, "B": 3})
    wave(house)
    hand = scanner("MAIN-1").begin("pick").shows("pick.bin")
    first, second = hand.work()["sheet"]["tasks"]
    hand.scan(f"L.{first['bin']}", *[f"BAR-{first['sku']}"] * first["quantity"]).shows("pick.tote").scan("T.MAIN-T001").shows(
        "pick.bin"
    )
    assert house.physical(first["sku"])["picked"] == first["quantity"]
    undo(hand).says(f"Taken back: {first['quantity']} × {first['sku']}", "right").shows("pick.item")
    assert "picked" not in house.physical(first["sku"])

    hand.scan(*[f"BAR-{first['sku']}"] * first["quantity"]).shows("pick.tote").scan("T.MAIN-T001").shows("pick.bin")
    hand.scan(f"L.{second['bin']}").shows("pick.item").tap("short")
    hand.page.locator("[data-pad=go]").click()
    hand.says("Short noted", "right")
    undo(hand).says(re.compile("cannot be undone|Nothing to undo|the tour is done", re.I), "wrong")
    assert house.violations() == {}


def undo(hand: Scanner) -> Scanner:
    """Undo the last scan by the menu, wherever the step has it."""
    if not hand.page.locator("[data-command='!undo']").count():
        hand.page.locator("[data-act=more]").click()
    return hand.tap("undo")


def test_a_move_is_three_scans_and_its_undo_brings_the_units_back(house: House, scanner: Hand) -> None:
    house.receive("MAIN", {"A": 5})
    source = bin_of(house, "A")
    hand = scanner("MAIN-1").begin("move").shows("move.source")
    hand.scan(f"L.{source}").shows("move.item")
    expect(hand.page.get_by_label("What may be moved")).to_contain_text("A")
    hand.scan("BAR-A", "BAR-A").says("2 × A", "right").shows("move.bin")
    expect(hand.page.locator(".quantity b")).to_have_text("2")
    hand.scan("L.04-005-2").says(f"2 × A moved from {source} to bin 04-005-2.", "right").shows("move.source")
    assert units_in(house, "04-005-2") == 2
    undo(hand).says("Undone: 2 × A", "right")
    assert units_in(house, "04-005-2") == 0
    assert house.violations() == {}


def test_looking_a_bin_up_tells_what_lies_there_and_leads_to_its_count(house: House, scanner: Hand) -> None:
    house.receive("MAIN", {"A": 5})
    bin_ = bin_of(house, "A")
    hand = scanner("MAIN-1").begin("lookup").shows("lookup.look")
    hand.scan("BAR-A").says("A Item A: 5 here", "right")
    expect(hand.page.locator(".rows")).to_contain_text(bin_)
    hand.scan(f"L.{bin_}").says(f"Bin {bin_}: 5 units of 1 item.", "right")
    hand.page.get_by_role("button", name="Count this bin").click()
    hand.shows("count.item").says(f"Bin {bin_}: scan each item", "right")
    count_four(hand)
    undo(hand).says("The last count is set aside", "right").shows("count.item")
    count_four(hand)
    hand.page.get_by_role("button", name="Bin is done").click()
    hand.says(f"Bin {bin_} is counted.", "right").shows("count.bin")
    assert set(counted(house)) == {("A", 4)}
    assert house.violations() == {}


def count_four(hand: Scanner) -> None:
    """Scan one, key in that there are four, and end the item."""
    hand.scan("BAR-A").shows("count.count")
    hand.page.locator("[data-key='4']").click()
    hand.page.get_by_role("button", name="Done: 4").last.click()
    hand.says("4 × A Item A noted", "right").shows("count.item")


def bin_of(house: House, sku: str) -> str:
    """The bin an item lies in."""
    (code,) = {row[0] for row in house.rows(_LIES + " AND i.sku = %s", sku)}
    return str(code)


def units_in(house: House, bin_: str) -> int:
    return sum(row[1] for row in house.rows(_LIES + " AND l.code = %s", bin_))


_LIES = """SELECT l.code, a.balance::int FROM ledger_account a JOIN catalog_item i ON i.id = a.item_id
           JOIN wms_location l ON l.id = a.place_id WHERE a.book = 'physical' AND a.balance <> 0 AND l.kind = 'bin'"""


def counted(house: House) -> list[tuple[str, int]]:
    return house.rows(
        "SELECT i.sku, t.counted::int FROM wms_count_task t JOIN catalog_item i ON i.id = t.item_id WHERE t.counted IS NOT NULL"
    )


def await_service_worker(page: Any) -> None:
    """Once it serves the page. Asked from outside: the page's own policy lets nobody evaluate a text inside, as Playwright's waiting would."""
    until = time.monotonic() + 15
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        assert time.monotonic() < until, "no service worker serves the page"
        page.wait_for_timeout(50)


def test_scans_made_without_a_network_are_kept_and_a_cancelled_order_is_explained_in_one_sentence(
    house: House, scanner: Hand
) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})
    orders = {"A": house.order({"A": 2}), "B": house.order({"B": 1})}
    wave(house)
    hand = scanner("MAIN-1").begin("pick").shows("pick.bin")
    page: Any = hand.page
    first, second = hand.work()["sheet"]["tasks"]
    await_service_worker(page)
    page.context.set_offline(True)
    for task, tote in ((first, "MAIN-T001"), (second, "MAIN-T002")):
        hand.shows("pick.bin").scan(f"L.{task['bin']}").shows("pick.item")
        hand.scan(*[f"BAR-{task['sku']}"] * task["quantity"]).shows("pick.tote").scan(f"T.{tote}")
    hand.shows("pick.done").waits(2 * 2 + 3)
    page.reload()
    hand.waits(7)

    cancel_order(by=house.by.when(clock.now()), order_id=orders[second["sku"]], reason="customer")
    page.context.set_offline(False)
    hand.waits(0)
    groups = page.locator(".conflicts details")
    expect(groups).to_have_count(1)
    expect(groups.locator("summary")).to_contain_text(
        re.compile(rf"{second['order']} was cancelled while you were away: .*not taken")
    )
    expect(groups.locator("li").first).not_to_be_visible()
    groups.locator("summary").click()
    expect(groups.locator("li").first).to_contain_text(second["bin"])
    page.get_by_role("button", name="Understood").click()
    expect(groups).to_have_count(0)
    assert house.physical(first["sku"])["picked"] == first["quantity"]
    assert house.violations() == {}
    page.complaints.forgive("ERR_INTERNET_DISCONNECTED")

    hand.page.get_by_role("button", name="Finish").click()
    expect(page.locator("main.menu")).to_be_visible()
    hand.begin("put-back").shows("putaway.item").scan("T.MAIN-T002").scan(f"BAR-{second['sku']}")
    hand.shows("putaway.bin").scan(f"L.{second['bin']}").says(f"in bin {second['bin']}", "right")
    assert house.physical(second["sku"]) == {"good": 5}
    assert house.violations() == {}


def test_the_figure_stays_in_sight_on_a_practice_device_without_a_network(house: House, signed_in: SignedIn) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})
    house.order({"A": 3})
    house.order({"B": 2})
    wave(house)
    page = signed_in("warehouse_manager", at="/scanner/", width=360, height=740)
    page.get_by_label("Practice device").check()
    hand = Scanner(page).enroll("MAIN").sign_in("MAIN-1").begin("pick").shows("pick.bin")
    page.context.set_offline(True)
    page.locator("[data-act=practice]").click()
    hand.shows("pick.item").waits(1)
    page.locator("details.line summary").click()
    expect(page.locator("details.line")).to_have_attribute("open", "")
    figure, footer = page.locator(".quantity b").bounding_box(), page.locator("footer").bounding_box()
    assert figure
    assert footer
    assert figure["y"] + figure["height"] <= footer["y"], "the stack pushes the figure under the buttons"
    expect(page.locator("details.line")).not_to_have_attribute("open", "", timeout=9000)  # it folds by itself
    page.locator("[data-act=practice]").click()
    hand.shows("pick.tote")
    page.locator("[data-act=practice]").click()
    hand.shows("pick.bin")
    page.context.set_offline(False)
    hand.waits(0).says("Online again: 3 scans taken.", "right")
    page.complaints.forgive("ERR_INTERNET_DISCONNECTED")
    assert house.violations() == {}
