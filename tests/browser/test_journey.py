"""The main job, by hand: three people at three screens, and a fourth who only looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import stands
from tests.browser.scanner import Scanner
from tests.journeys.house import House

Person = Callable[..., Any]


def scan_at(bench: Page, text: str, sentence: str) -> None:
    """Scan at the packing station, and wait for its answer."""
    bench.locator("#scan").fill(text)
    bench.keyboard.press("Enter")
    expect(bench.locator("#pack-answer")).to_contain_text(sentence)


def test_an_order_placed_at_the_desk_is_picked_packed_and_shipped_while_somebody_watches(
    house: House, signed_in: Person, scanner: Callable[..., Scanner]
) -> None:
    house.receive("MAIN", {"A": 5, "B": 5})

    desk = signed_in("order_desk", at="/orders/place")
    desk.get_by_label("Name", exact=True).fill("Grace Hopper")
    desk.get_by_label("Address lines, one a row").fill("1 Mile End")
    desk.get_by_label("Postal code").fill("E1 4NS")
    desk.get_by_label("City").fill("London")
    desk.get_by_label("Country").select_option("GB")
    for row, (sku, units) in enumerate({"A": 2, "B": 1}.items(), 1):
        desk.get_by_label(f"Item {row}").fill(sku)
        desk.get_by_label(f"Quantity {row}").fill(str(units))
        desk.get_by_label(f"Unit price {row}").fill("2.50")
    desk.get_by_role("button", name="Place the order").click()
    desk.wait_for_url(re.compile(r"/orders/\d+$"))
    order_id = int(desk.url.rpartition("/")[2])
    stands(desk, "reserved", 3)

    watcher = signed_in("auditor", at=f"/orders/{order_id}")
    watcher.evaluate("window.never = 'reloaded'")
    stands(watcher, "reserved", 3)

    desk.locator("[data-act=release]").click()
    desk.locator("#act-dialog [data-do]").click()
    stands(watcher, "released", 3)

    manager = signed_in("warehouse_manager", at="/waves/MAIN/plan")
    manager.get_by_role("button", name="Preview").click()
    manager.get_by_role("button", name="Release 1 tour").click()
    manager.wait_for_url(re.compile(r"/waves/MAIN/\w"))
    expect(watcher.locator("#story [data-event=outbound-waved], #story .said", has_text="wave").first).to_be_visible()

    hand = scanner("MAIN-1")
    hand.begin("pick").shows("pick.bin")
    for task in hand.work()["sheet"]["tasks"]:
        hand.shows("pick.bin").scan(f"L.{task['bin']}").shows("pick.item")
        hand.scan(*[f"BAR-{task['sku']}"] * task["quantity"]).shows("pick.tote")
        hand.scan("T.MAIN-T007")
    hand.shows("pick.done").says("Bring the cart to packing", "right")
    hand.page.get_by_role("button", name="Finish").click()
    expect(hand.page.locator("main.menu")).to_be_visible()
    stands(watcher, "picked", 3)

    bench = signed_in("floor", at="/packing?bench&node=MAIN", width=1024, height=768)
    bench.get_by_role("button", name="Start packing").click()
    scan_at(bench, "T.MAIN-T007", "3 units to check")
    scan_at(bench, "BAR-C", "has no C")
    scan_at(bench, "BAR-A", "1 of 2 × A")
    expect(bench.locator("#pack-close")).to_be_disabled()
    scan_at(bench, "BAR-A", "2 of 2 × A")
    scan_at(bench, "BAR-B", "is complete")
    bench.get_by_label("Weight in grams").fill("1320")
    bench.locator("#pack-close").click()
    expect(bench.locator("#pack-answer")).to_contain_text("is closed")
    stands(watcher, "packed", 3)
    label = bench.request.get(bench.locator("[data-print=label]").get_attribute("href"))
    assert (label.status, label.headers["content-type"], label.body()[:5]) == (200, "application/pdf", b"%PDF-")

    bench.goto("/documents?what=manifests&node=MAIN")
    bench.get_by_role("button", name="Close the manifest with 1 parcel").click()
    bench.get_by_role("button", name="Hand over 1 parcel").click()
    stands(watcher, "shipped", 3)
    expect(watcher.locator("h1")).to_contain_text("shipped")
    expect(watcher.locator("#parcels [data-sscc]")).to_have_count(1)
    assert watcher.evaluate("window.never") == "reloaded"
    assert house.state(order_id) == "shipped"
    assert house.physical("A") == {"good": 3, "customer": 2}
    assert house.violations() == {}
