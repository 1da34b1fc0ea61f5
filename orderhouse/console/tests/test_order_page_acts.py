"""What the desk does from an order's page: told before, done after, undone where that is safe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from orderhouse.contract.events import story
from orderhouse.database import execute, unit_of_work
from orderhouse.oms.orders.queries import order_detail
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.shipments.confirm_shipments import confirm_shipments

Browser = Callable[..., Client]


def stocked(shop: Any, **fields: Any) -> int:
    for node in ("MAIN", "NORTH"):
        for sku in ("A", "B"):
            shop.report(node, sku, 9)
    return int(shop.order({"A": 2, "B": 3}, **fields))


def traces(shop: Any, order_id: int) -> tuple[Any, ...]:
    """What a look must not change."""
    tenant = shop.business.tenant_id
    return (shop.line(order_id), shop.promised("A"), len(story(tenant, "order", order_id)), len(shop.letters("ReleaseOrder")))


def ship(shop: Any, order_id: int) -> None:
    from orderhouse.contract.messages import ParcelContent, ShipmentConfirmed, ShippedParcel

    (number,) = release_orders(by=shop.by, order_ids=[order_id])
    order = order_detail(shop.business.tenant_id, order_id)
    contents = tuple(ParcelContent(line.line_number, line.ordered) for line in order.lines)
    parcel = ShippedParcel("340000000000000017", "TRACK1", 1200, 290, contents)
    confirm_shipments(
        by=shop.by, messages=[ShipmentConfirmed(number, "MAIN", "S1", "royal_mail", "standard", shop.by.at, (parcel,))]
    )


def test_every_act_tells_what_it_would_do_and_a_look_does_nothing(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk, before = browser("order_desk"), traces(shop, order_id)
    told = {
        "hold": "until the hold is lifted",
        "release": "5 units sent to MAIN",
        "cancel": "5 units cancelled for good",
        "source": "Decide again for 5 units",
    }
    for act, expected in told.items():
        assert expected in desk.get(f"/orders/{order_id}/{act}").content.decode(), act
    assert "Cancel 2 lines and free 5 units" in desk.get(f"/orders/{order_id}/cancel").content.decode()
    assert traces(shop, order_id) == before


def test_a_preview_follows_what_was_typed(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    answer = browser("order_desk").post(f"/orders/{order_id}/cancel", {"preview": "1", "line-1": "1", "line-2": "0"})
    assert "Cancel 1 line and free 1 unit" in answer.content.decode()
    assert shop.line(order_id) == {"reserved": 2}


def test_some_units_of_some_lines_are_cancelled(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk = browser("order_desk")
    refused = desk.post(f"/orders/{order_id}/cancel", {"line-1": "0", "line-2": "0", "reason": "none"})
    assert refused.status_code == 422
    assert "no unit is named" in refused.content.decode()
    desk.post(f"/orders/{order_id}/cancel", {"line-1": "1", "line-2": "0", "reason": "one too many"})
    assert shop.line(order_id, 1) == {"reserved": 1, "cancelled": 1}
    assert shop.line(order_id, 2) == {"reserved": 3}


def test_a_refused_act_keeps_what_was_typed(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    answer = browser("order_desk").post(f"/orders/{order_id}/hold", {"kind": "fraud", "reason": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why" in page
    assert re.search(r'value="fraud" selected', page)
    assert shop.state(order_id) == "reserved"


def test_a_hold_is_undone_from_the_page_that_says_it(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk = browser("order_desk")
    page = desk.post(f"/orders/{order_id}/hold", {"kind": "fraud", "reason": "odd card"}, follow=True).content.decode()
    assert "data-undo" in page
    desk.post(f"/orders/{order_id}/lift", {"kinds": "fraud", "release": "0", "reason": "hold undone"})
    assert shop.state(order_id) == "accepted" or shop.state(order_id) == "reserved"
    assert shop.letters("ReleaseOrder") == []


def test_a_note_is_written_and_withdrawn(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk = browser("order_desk")
    assert "rings twice" in desk.post(f"/orders/{order_id}/note", {"text": "rings twice"}, follow=True).content.decode()
    note = story(shop.business.tenant_id, "order", order_id)[-1].id
    page = desk.post(f"/orders/{order_id}/note/withdraw", {"note": note}, follow=True).content.decode()
    assert "said withdrawn" in page


def test_what_is_not_allowed_is_shown_with_its_reason(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    ship(shop, order_id)
    acts = {act.name: act.why_not for act in browser("order_desk").get(f"/orders/{order_id}").context["acts"]}
    assert "authorize a return" in acts["cancel"]
    assert "shipped" in acts["edit"]
    assert acts["return"] == ""
    assert browser("auditor").get(f"/orders/{order_id}").context["acts"] == []


def test_shipped_units_are_taken_back(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    ship(shop, order_id)
    desk = browser("order_desk")
    assert "MAIN expects 5 units" in desk.get(f"/orders/{order_id}/return").content.decode()
    desk.post(f"/orders/{order_id}/return", {"line-1": "1", "line-2": "0", "reason": "wrong color"})
    (letter,) = shop.letters("ExpectReturn")
    assert [(line["line_number"], line["quantity"]) for line in letter["lines"]] == [(1, 1)]
    assert desk.post(f"/orders/{order_id}/return", {"line-1": "2", "reason": "more"}).status_code == 409


def test_a_dead_message_to_the_channel_is_sent_again(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk, tenant = browser("order_desk"), shop.business.tenant_id
    assert "advise" not in {act.name for act in desk.get(f"/orders/{order_id}").context["acts"]}
    with unit_of_work(tenant):
        execute("UPDATE contract_outbox SET state = 'dead', next_try_at = NULL WHERE tenant_id = %s", (tenant,))
    assert "Send 1 message again" in desk.get(f"/orders/{order_id}").content.decode()
    desk.post(f"/orders/{order_id}/advise")
    assert story(tenant, "order", order_id)[-1].type == "advice-sent-again"


def form_of(shop: Any, order_id: int, **changes: Any) -> dict[str, Any]:
    order = order_detail(shop.business.tenant_id, order_id)
    kept = order.ship_to
    form = {name: kept.get(name, "") for name in ("name", "city", "postal_code", "country", "latitude", "longitude")}
    form |= {"lines": "\n".join(kept["lines"]), "service": order.service, "reason": "called"}
    form |= {f"line-{line.line_number}": line.ordered - line.cancelled for line in order.lines}
    return form | changes


def test_a_new_address_is_told_and_then_moves_the_order(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk = browser("order_desk")
    glasgow = {"city": "Glasgow", "postal_code": "G1", "latitude": "55.86", "longitude": "-4.25"}
    page = desk.post(f"/orders/{order_id}/edit", form_of(shop, order_id, **glasgow, preview="1")).content.decode()
    assert "5 units reserved at NORTH" in page
    assert order_detail(shop.business.tenant_id, order_id).ship_to["city"] == "London"
    desk.post(f"/orders/{order_id}/edit", form_of(shop, order_id, **glasgow))
    order = order_detail(shop.business.tenant_id, order_id)
    assert order.ship_to["city"] == "Glasgow"
    assert {reservation.node for line in order.lines for reservation in line.reservations} == {"NORTH"}
    assert b"city from London to Glasgow" in desk.get(f"/orders/{order_id}").content


def test_a_wrong_address_keeps_the_form(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk = browser("order_desk")
    for changes in ({"country": "UK"}, {"latitude": "north"}, {"email": "nobody"}, {"line-1": "many"}):
        answer = desk.post(f"/orders/{order_id}/edit", form_of(shop, order_id, city="Leeds", **changes))
        assert answer.status_code == 422, changes
        assert "Leeds" in answer.content.decode()


def test_a_released_order_is_recalled_to_be_changed(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    release_orders(by=shop.by, order_ids=[order_id])
    desk = browser("order_desk")
    page = desk.get(f"/orders/{order_id}/edit").content.decode()
    assert "5 units are released" in page
    assert '<fieldset class="card-pad address-form" disabled' in page
    assert desk.post(f"/orders/{order_id}/edit", form_of(shop, order_id, city="Leeds")).status_code == 409
    assert "releases asked back" in desk.get(f"/orders/{order_id}/recall").content.decode()
    assert shop.letters("CancelRelease") == []
    desk.post(f"/orders/{order_id}/recall", {"reason": "moved house"})
    assert len(shop.letters("CancelRelease")) == 1
    assert shop.state(order_id) == "held"


def test_another_node_is_costed_and_then_chosen(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    desk, before = browser("order_desk"), traces(shop, order_id)
    page = desk.get(f"/orders/{order_id}/why")
    assert [(row.node, row.chosen) for row in page.context["rows"]] == [("MAIN", True), ("NORTH", False)]
    there = desk.get(f"/orders/{order_id}/what-if", {"all": "NORTH"}, headers={"HX-Request": "true"})
    assert "It costs the same." in there.content.decode()
    split = desk.get(f"/orders/{order_id}/what-if", {"node-1": "NORTH"}).context["what_if"]
    assert {row[0]: row[2] for row in split["rows"]}["split"] == 150
    assert re.search(r"It costs \d+\.\d\d more: .*1\.50 more split", split["said"])
    assert desk.get(f"/orders/{order_id}/what-if", {"all": "MAIN"}).context["what_if"]["why_not"] == "it ships from there already"
    shown = desk.post(f"/orders/{order_id}/move", {"preview": "1", "node-1": "NORTH", "node-2": "NORTH"})
    assert "5 units reserved at NORTH" in shown.content.decode()
    assert traces(shop, order_id) == before
    desk.post(f"/orders/{order_id}/move", {"node-1": "NORTH", "node-2": "NORTH", "reason": "closer to the truck"})
    assert shop.promised("A", "NORTH") == {"available": 7, "reserved": 2}
    page = desk.get(f"/orders/{order_id}/why")
    assert len(page.context["decided"]) == 2
    assert page.context["map"].destination is not None


def test_a_choice_that_leaves_units_waiting_says_so_and_is_refused(shop: Any, browser: Browser) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 5})
    desk = browser("order_desk")
    asked = desk.get(f"/orders/{order_id}/what-if", {"all": "NORTH"}).context["what_if"]
    assert asked["why_not"] == "NORTH cannot promise 5 units of it"
    answer = desk.post(f"/orders/{order_id}/move", {"node-1": "NORTH", "reason": "try"})
    assert answer.status_code == 409
    assert shop.line(order_id) == {"reserved": 5}


def test_nobody_but_the_desk_acts(shop: Any, browser: Browser) -> None:
    order_id = stocked(shop)
    for role in ("auditor", "floor"):
        somebody = browser(role)
        for act in (
            "hold",
            "lift",
            "release",
            "source",
            "move",
            "edit",
            "recall",
            "cancel",
            "return",
            "note",
            "note/withdraw",
            "advise",
        ):
            assert somebody.post(f"/orders/{order_id}/{act}", {"reason": "x", "text": "x"}).status_code == 403, (role, act)
    assert shop.line(order_id) == {"reserved": 2}
