"""Who may use a scanner, and as whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from orderhouse.http.policy import routes
from orderhouse.people.badge_sign_in import BadgeBlocked, BadgeRefused, set_badge_pin, set_badge_skills, sign_in_badge
from orderhouse.people.define_badges import define_badges
from orderhouse.people.devices import devices, revoke_devices
from orderhouse.people.withdraw_badge import withdraw_badge
from orderhouse.scanner import hands, urls
from orderhouse.scanner.tests.conftest import Pocket
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor

BIN = "02-002-1"


def tour(shop: ShippingFloor, *orders: str) -> str:
    shop.keep("MUG", (BIN, 50), weight_grams=300)
    shop.tote("T1")
    for number in orders or ("R1",):
        shop.release(number, ("MUG", 2))
    shop.wave()
    return str(shop.tour_ids()[0])


def test_every_address_says_who_may_use_it() -> None:
    assert [address for address, said in routes(urls.urlpatterns) if not said] == []


def test_a_strange_browser_is_told_nothing_and_may_do_nothing(shop: ShippingFloor) -> None:
    stranger = Pocket()
    me = stranger.get("/scanner/api/me").json()
    assert (me["device"], me["badge"], me["person"]) == (None, None, None)
    assert stranger.get("/scanner/api/work").json()["code"] == "not-enrolled"
    assert stranger.say("sign-in", badge="B-1").status_code == 401
    assert stranger.enroll().status_code == 403


def test_only_a_manager_enrolls_a_device_for_everyone(shop: ShippingFloor, pocket: Callable[..., Pocket]) -> None:
    for role in ("auditor", "order_desk", "floor"):
        assert pocket(role).enroll().status_code == 403
    told = pocket("warehouse_manager").enroll().json()
    assert (told["device"]["code"], told["device"]["node"], told["badge"]) == ("BER-S01", "BER", None)
    assert [device.name for device in devices(shop.tenant_id)] == ["Dock"]


def test_a_picker_may_enroll_a_device_for_the_own_badge_alone(shop: ShippingFloor, pocket: Callable[..., Pocket]) -> None:
    picker = pocket("floor", badge="B-7")
    define_badges(by=shop.by, badges={"B-1": "Grace"})
    assert picker.enroll(practice=True).json()["device"]["practice"] is False
    assert picker.say("sign-in", badge="B-1").status_code == 401
    assert picker.say("sign-in", badge="B-7").json()["badge"]["code"] == "B-7"


def test_a_device_of_one_business_opens_nothing_in_another(scanner: Pocket, shop: ShippingFloor) -> None:
    with patch.object(hands, "device_with_secret", wraps=hands.device_with_secret) as asked:
        assert scanner.get("/scanner/api/work").status_code == 200
    assert {call.args[0] for call in asked.call_args_list} == {shop.tenant_id}
    scanner.cookies[hands.DEVICE] = scanner.cookies[hands.DEVICE].value[:-2] + "xx"
    assert scanner.get("/scanner/api/work").status_code == 401


def test_a_revoked_device_and_a_withdrawn_badge_end_at_the_next_request(scanner: Pocket, shop: ShippingFloor) -> None:
    withdraw_badge(by=shop.by, code="B-1")
    assert scanner.get("/scanner/api/work").json()["code"] == "nobody-signed-in"
    assert scanner.say("sign-in", badge="B-2").status_code == 200
    revoke_devices(by=shop.by, device_ids=[device.id for device in devices(shop.tenant_id)])
    assert scanner.get("/scanner/api/work").json()["code"] == "not-enrolled"


def test_a_badge_with_a_pin_needs_it(scanner: Pocket, shop: ShippingFloor) -> None:
    set_badge_pin(by=shop.by, badge="B-1", pin="2468")
    assert scanner.get("/scanner/api/work").status_code == 401, "a new PIN ends what the old one began"
    assert scanner.say("sign-in", badge="B-1").json()["code"] == "pin-needed"
    assert scanner.say("sign-in", badge="B-1", pin="1357").json()["code"] == "badge-refused"
    assert scanner.say("sign-in", badge="B-1", pin="2468").json()["badge"]["name"] == "Grace"


def test_guessing_a_pin_is_slowed_down_for_all_scanners(shop: ShippingFloor) -> None:
    define_badges(by=shop.by, badges={"B-1": "Grace"})
    set_badge_pin(by=shop.by, badge="B-1", pin="2468")
    for _ in range(6):
        with pytest.raises(BadgeRefused):
            sign_in_badge(by=shop.by, badge="B-1", pin="0000")
    with pytest.raises(BadgeBlocked):
        sign_in_badge(by=shop.by, badge="B-1", pin="2468")
    assert sign_in_badge(by=replace(shop.by, at=shop.by.at + timedelta(seconds=2)), badge="B-1", pin="2468").name == "Grace"


def test_what_is_scanned_stands_under_badge_and_device_whatever_the_body_says(scanner: Pocket, shop: ShippingFloor) -> None:
    first = scanner.say("start", flow="pick", target=tour(shop), badge="B-2", node="OTHER").json()["answer"]
    answers = scanner.scan(first["data"]["session"], f"L.{BIN}", ("MUG", 2), "T.T1")
    assert [answer["screen"] for answer in answers] == ["pick.item", "pick.tote", "pick.done"]
    assert answers[0]["drawn"]["big"].startswith(BIN)
    assert shop.rows("SELECT badge, device FROM wms_floor_session WHERE tenant_id = %s") == [("B-1", "BER-S01")]
    assert shop.rows("SELECT DISTINCT actor, device FROM ledger_movement WHERE tenant_id = %s AND actor LIKE 'B-%%'") == [
        ("B-1", "BER-S01")
    ]


def test_a_session_of_another_badge_is_refused(scanner: Pocket, shop: ShippingFloor) -> None:
    session = scanner.say("start", flow="pick", target=tour(shop)).json()["answer"]["data"]["session"]
    scanner.say("sign-in", badge="B-2")
    refused = scanner.say("scans", session=session, scans=[{"id": "7a1e6bb4-9c0a-4a3e-8d52-6f6dca0f6d11", "text": "MUG"}])
    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-session")


def test_a_badge_sees_and_starts_only_what_it_has_skill_for(scanner: Pocket, shop: ShippingFloor) -> None:
    target = tour(shop)
    set_badge_skills(by=shop.by, badge="B-1", skills=["count", "lookup"])
    told = scanner.get("/scanner/api/work").json()
    assert set(told["flows"]) <= {"count", "lookup"}
    assert told["work"] == []
    assert scanner.say("start", flow="pick", target=target).status_code == 403


def test_a_post_without_its_token_is_refused(scanner: Pocket) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = scanner.cookies
    assert strict.post("/scanner/api/sign-out", b"{}", content_type="application/json").status_code == 403
    token = strict.get("/scanner/api/me").json()["csrf"]
    answer = strict.post("/scanner/api/sign-out", b"{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json()["badge"]) == (200, None)


@pytest.mark.parametrize(
    "body",
    [
        {"session": 1, "scans": [{"id": "x", "text": "y"}]},
        {"session": "1", "scans": []},
        {"session": "1", "scans": ["MUG"]},
        {"session": "1", "scans": [{"id": "no uuid", "text": "MUG"}]},
        {"session": "1", "scans": [{"id": "7a1e6bb4-9c0a-4a3e-8d52-6f6dca0f6d11", "text": "", "quantity": True}]},
        {"session": "9" * 30, "scans": [{"id": "7a1e6bb4-9c0a-4a3e-8d52-6f6dca0f6d11", "text": "MUG"}]},
    ],
)
def test_a_malformed_scan_is_a_clear_no(scanner: Pocket, body: dict[str, Any]) -> None:
    answer = scanner.say("scans", **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


def test_a_manager_revokes_devices_and_sets_pins_on_their_page(
    scanner: Pocket, shop: ShippingFloor, pocket: Callable[..., Pocket]
) -> None:
    assert pocket("floor").get("/scanner/devices").status_code == 403
    assert Client().get("/scanner/devices").status_code == 302
    manager = pocket("warehouse_manager")
    assert b"BER-S01" in manager.get("/scanner/devices").content
    assert manager.post("/scanner/devices", {"badge": "B-1", "pin": "12"}).status_code == 422
    assert manager.post("/scanner/devices", {"badge": "B-1", "pin": "4321"}).status_code == 302
    assert scanner.say("sign-in", badge="B-1", pin="4321").status_code == 200
    (device,) = devices(shop.tenant_id)
    assert manager.post("/scanner/devices", {"revoke": str(device.id)}).status_code == 302
    assert scanner.get("/scanner/api/work").json()["code"] == "not-enrolled"


def test_the_shell_holds_nobodys_data_and_is_kept_whole() -> None:
    page = Client().get("/scanner/")
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in page["Content-Security-Policy"]
    assert b"csrf" not in page.content
    assert b"style=" not in page.content
    worker = Client().get("/scanner/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    manifest = Client().get("/scanner/manifest.webmanifest").json()
    assert (manifest["display"], manifest["scope"]) == ("standalone", "/scanner/")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
