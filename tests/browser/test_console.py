"""The console in a browser: who sees what, keys, undo, looks, and what it does when nobody tells it anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from orderhouse.oms.desk.hold_order import hold_order
from tests.browser.site import Site
from tests.journeys.house import House

SignedIn = Callable[..., Any]

SEEN_BY_ALL = {"/stock", "/board", "/waves", "/map", "/receipts", "/counts", "/exceptions", "/wall"}
ROOMS = {
    "order_desk": SEEN_BY_ALL | {"/", "/orders", "/orders/place", "/invalid"},
    "warehouse_manager": SEEN_BY_ALL | {"/", "/orders", "/packing", "/scanner/"},
    "floor": SEEN_BY_ALL | {"/packing", "/scanner/"},
    "auditor": SEEN_BY_ALL | {"/", "/orders", "/invalid"},
}
CLOSED = {
    "order_desk": ("/packing", "/people", "/people/keys"),
    "warehouse_manager": ("/orders/place", "/people", "/people/keys"),
    "floor": ("/orders", "/orders/place", "/invalid", "/people", "/people/badges"),
    "auditor": ("/orders/place", "/packing"),
}


@pytest.mark.parametrize("role", ROOMS)
def test_a_role_finds_its_own_rooms_and_the_others_closed(role: str, house: House, signed_in: SignedIn) -> None:
    page = signed_in(role, at="/board")
    rooms = set(page.evaluate("[...document.querySelectorAll('.rail [data-room]')].map((a) => a.getAttribute('href'))"))
    assert rooms >= ROOMS[role]
    for address in CLOSED[role]:
        assert address not in rooms
        answer = page.goto(address)
        assert answer.status == 403, address
        expect(page.locator("main, body").first).to_contain_text("Your roles do not open this page.")
    page.complaints.forgive("403")


def test_an_auditor_sees_every_act_and_may_do_none(house: House, signed_in: SignedIn) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 1})
    page = signed_in("auditor", at=f"/orders/{order}")
    expect(page.locator("h1")).to_contain_text("reserved")
    expect(page.locator("[data-act]")).to_have_count(0)
    token = next(each["value"] for each in page.context.cookies() if each["name"] == "csrftoken")
    ask = page.context.request
    for act in ("hold", "cancel", "release", "source", "note", "edit"):
        answer = ask.post(f"/orders/{order}/{act}", form={"csrfmiddlewaretoken": token, "reason": "because", "kind": "manual"})
        assert answer.status == 403, act
    for address in ("/orders/bulk", "/exceptions/act", "/counts/act", "/waves/MAIN/plan", "/receipts/announce", "/packing/open"):
        assert ask.post(address, form={"csrfmiddlewaretoken": token}).status == 403, address
    assert house.state(order) == "reserved"


def test_without_the_live_process_pages_say_so_and_look_by_themselves(house: House, site: Site, signed_in: SignedIn) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 1})
    page = signed_in("order_desk", at=f"/orders/{order}")
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    try:
        site.stop_live()
        expect(page.locator("#lost")).to_be_visible()
        hold_order(by=house.by, order_id=order, reason="told by nobody")
        expect(page.locator("#live")).to_contain_text("told by nobody")
    finally:
        site.start_live()
    expect(page.locator("#lost")).to_be_hidden(timeout=40_000)
    page.complaints.forgive("ERR_")


def test_keys_find_open_and_go(house: House, signed_in: SignedIn) -> None:
    house.receive("MAIN", {"A": 9})
    orders = [house.order({"A": 1}) for _ in range(3)]
    page = signed_in("order_desk", at="/orders?tab=all")
    expect(page.locator("html")).to_have_attribute("data-tables", "ready")
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(3)

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_class(re.compile(r"\bat\b"))
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class(re.compile(r"\bat\b"))
    address = rows.nth(1).get_attribute("data-href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("find or do anything")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()

    page.keyboard.press("/")
    expect(page.locator("#command-input")).to_be_focused()
    number = str(house.value("SELECT number FROM oms_order WHERE id = %s", orders[0]))
    page.keyboard.type(number)
    expect(page.locator("#command-found [role=option]").first).to_contain_text(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{orders[0]}")

    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/stock")


def test_a_hold_just_placed_is_lifted_by_its_undo(house: House, signed_in: SignedIn) -> None:
    house.receive("MAIN", {"A": 5})
    order = house.order({"A": 1})
    page = signed_in("order_desk", at=f"/orders/{order}")
    page.locator("[data-act=hold]").click()
    page.locator("#act-dialog").get_by_label("Why", exact=True).fill("the customer asked to wait")
    page.locator("#act-dialog [data-do]").click()
    expect(page.locator("[data-hold=manual]")).to_contain_text("the customer asked to wait")
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("[data-hold]")).to_have_count(0)
    assert house.value("SELECT count(*) FROM oms_hold WHERE order_id = %s AND lifted_at IS NULL", order) == 0


def test_the_theme_chosen_is_served_at_once_ever_after(house: House, signed_in: SignedIn) -> None:
    page = signed_in("order_desk", at="/orders", theme="light")
    page.locator("#person-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    served = page.reload()
    assert re.search(r'<html[^>]* data-bs-theme="dark"', served.text()), "the server draws it: no other theme flashes by"
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_script_written_into_a_page_does_not_run(house: House, signed_in: SignedIn) -> None:
    page = signed_in("order_desk", at="/orders")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = 1";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", '<img src="nowhere" onerror="window.ran = 2"><a id="lure" href="javascript:window.ran=3">x</a>');
        }"""
    )
    page.locator("#lure").click()
    expect(page.locator("#lure")).to_be_visible()
    assert page.evaluate("window.ran") is None
    page.complaints.clear()
