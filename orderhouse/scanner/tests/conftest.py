"""A scanner in a browser's hand, at the small warehouse."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client

from orderhouse.people.define_badges import define_badges
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, shop
from orderhouse.wms.stock.tests.floor import floor

__all__ = ["floor", "shop"]

PASSWORD = "a long enough password"


class Pocket(Client):
    """A browser that speaks to the scanner's doors."""

    def say(self, door: str, **body: Any) -> Any:
        return self.post(f"/scanner/api/{door}", orjson.dumps(body), content_type="application/json")

    def enroll(self, **body: Any) -> Any:
        return self.say("enroll", node="BER", name="Dock", **body)

    def scan(self, session: str, *texts: str | tuple[str, int]) -> list[dict[str, Any]]:
        said = [(text, None) if isinstance(text, str) else text for text in texts]
        scans = [{"id": str(uuid.uuid4()), "text": text, "quantity": quantity} for text, quantity in said]
        answer = self.say("scans", session=session, scans=scans)
        assert answer.status_code == 200, answer.content
        return list(answer.json()["answers"])


@pytest.fixture
def pocket(business: Any) -> Callable[..., Pocket]:
    """``pocket(*roles, badge=)``: the browser of somebody with these roles, signed in on the console."""

    def make(*roles: str, badge: str = "") -> Pocket:
        from orderhouse.people.badge_sign_in import give_badge
        from orderhouse.people.define_person import define_person, grant_roles

        email = f"{uuid.uuid4().hex[:10]}@example.com"
        user_id = define_person(email=email, name="Ada", password=PASSWORD)
        grant_roles(by=business.by, user_id=user_id, roles=roles)
        if badge:
            define_badges(by=business.by, badges={badge: "Ada"})
            give_badge(by=business.by, badge=badge, user_id=user_id)
        browser = Pocket()
        assert browser.post("/sign-in", {"email": email, "password": PASSWORD}).status_code == 302
        return browser

    return make


@pytest.fixture
def scanner(shop: ShippingFloor, pocket: Callable[..., Pocket]) -> Pocket:
    """An enrolled scanner with badge B-1 signed in, and no trace of the console in it."""
    browser = pocket("warehouse_manager")
    define_badges(by=shop.by, badges={"B-1": "Grace", "B-2": "Tom"})
    assert browser.enroll().status_code == 201
    del browser.cookies["sessionid"]
    assert browser.say("sign-in", badge="B.B-1").status_code == 200
    return browser
