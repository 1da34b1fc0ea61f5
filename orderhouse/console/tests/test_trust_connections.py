"""The pages of connections and letters: seen by many, acted on by admins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from orderhouse.console.trust.spark import HEIGHT, spark
from orderhouse.contract.connections import LetterKey, letter
from orderhouse.contract.mailbox import put
from orderhouse.contract.receivers import registered
from orderhouse.contract.routes import routes
from orderhouse.contract.tests.receivers import receiving
from orderhouse.contract.tests.test_letters import dead, refused
from orderhouse.contract.tests.test_mailbox import cancel
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock

Browser = Callable[..., Client]


def body(page: Any) -> str:
    assert page.status_code == 200, page.content[:400]
    return str(page.content.decode())


def test_a_connection_in_trouble_stands_first_and_leads_to_its_letters(business: Any, browser: Browser) -> None:
    with receiving("node:") as node:
        put(by=business.by, source="wms", letters=[cancel("R9")])
        refused(business, node, "R1")
        desk = browser("order_desk")
        page = desk.get("/connections")
        first = page.context["rows"][0]
        assert (first["c"].source, first["c"].refused, first["word"]) == ("oms", 1, "letters refused")
        assert [row["letter"].subject for row in desk.get(first["refused_href"]).context["rows"]] == ["R1"]
        assert {row["letter"].source for row in desk.get(first["href"]).context["rows"]} == {"oms"}


def test_the_day_of_letters_is_drawn_with_its_numbers_behind_it(business: Any, browser: Browser) -> None:
    by = business.by.when(clock.now() - timedelta(minutes=90))
    with receiving("node:"):
        put(by=by, source="oms", letters=[cancel(f"R{n}") for n in range(3)])
    page = browser("auditor").get("/connections")
    (row,) = page.context["rows"]
    assert row["spark"].total == 3
    assert len(row["spark"].bars) == 1
    assert "3 letters in 24 hours" in body(page)


def test_an_admin_replays_every_open_letter_of_a_way_from_the_page(business: Any, browser: Browser) -> None:
    with receiving("node:") as node:
        keys = [*refused(business, node, "R1", "R2"), *dead(business, node, "R3")]
        node.unwanted, node.broken = set(), set()
        desk = browser("admin")
        assert "Replay all 3 letters" in body(desk.get("/connections/letters?source=oms&destination=node:BER"))
        form = {"all": "1", "source": "oms", "destination": "node:BER", "back": "/connections"}
        page = body(desk.post("/connections/letters/replay", form, follow=True))
    assert "1 letter is sent again; 2 were taken in." in page
    assert [letter(business.tenant_id, key).state for key in keys] == ["delivered", "delivered", "waiting"]


def test_a_letter_shows_its_refusal_with_the_remedy_and_what_it_says(business: Any, browser: Browser) -> None:
    with receiving("node:") as node:
        (key,) = refused(business, node, "R1")
    page = body(browser("auditor").get(f"/connections/letters/{key}"))
    assert "Release R1 cannot be taken today." in page
    assert "&quot;release&quot;: &quot;R1&quot;" in page
    assert "Admins replay and drop letters." in page


def test_a_letter_is_dropped_with_a_reason_which_is_shown_after(business: Any, browser: Browser) -> None:
    with receiving("node:") as node:
        (key,) = refused(business, node, "R1")
    desk = browser("admin")
    back = f"/connections/letters/{key}"
    page = body(desk.post("/connections/letters/drop", {"letter": str(key), "reason": " x", "back": back}, follow=True))
    assert "3 to 300 characters" in page
    assert letter(business.tenant_id, key).state == "refused"
    page = body(desk.post("/connections/letters/drop", {"letter": str(key), "reason": "sent by hand", "back": back}, follow=True))
    assert "Letter dropped: sent by hand" in page
    assert letter(business.tenant_id, key).state == "dropped"
    assert 'id="acts"' not in page


def test_nobody_but_an_admin_replays_drops_or_routes(business: Any, browser: Browser) -> None:
    with receiving("node:") as node:
        (key,) = refused(business, node, "R1")
        node.unwanted = set()
        for role in ("order_desk", "warehouse_manager", "auditor", "floor"):
            desk = browser(role)
            assert desk.post("/connections/letters/replay", {"letter": str(key)}).status_code == 403
            assert desk.post("/connections/letters/drop", {"letter": str(key), "reason": "no need"}).status_code == 403
            assert desk.get("/connections/route").status_code == 403
    assert letter(business.tenant_id, key).state == "refused"


def test_letters_of_another_business_are_neither_seen_nor_touched(business: Any, browser: Browser) -> None:
    from orderhouse.catalog.open_business import open_business
    from orderhouse.kernel.actors import By

    other = open_business(code=f"{business.code}-x", name="Other", at=business.by.at)
    by = By(other.tenant_id, "them", business.by.at)
    with receiving("node:") as node:
        node.unwanted = {"R1"}
        (number,) = put(by=by, source="oms", letters=[cancel("R1")])
        node.unwanted = set()
        desk = browser("admin")
        assert desk.get(f"/connections/letters/oms/{number}").status_code == 404
        desk.post("/connections/letters/replay", {"letter": f"oms/{number}"})
        desk.post("/connections/letters/replay", {"all": "1"})
    assert letter(other.tenant_id, LetterKey("oms", number)).state == "refused"


def test_a_routes_secret_is_shown_once_and_never_again(business: Any, browser: Browser) -> None:
    desk = browser("admin")
    form = {"destination": "node:BER", "url": "https://berlin.example/contract/v1/inbox", "secret": ""}
    page = body(desk.post("/connections/route", form))
    with unit_of_work(business.tenant_id):
        secret = routes(business.tenant_id)["node:BER"].secret
    assert secret in page
    for address in ("/connections", "/connections/route", "/connections/route?destination=node:BER"):
        assert secret not in body(desk.get(address))
    assert "berlin.example" in body(desk.get("/connections"))


def test_a_wrong_route_is_refused_and_keeps_what_was_typed(business: Any, browser: Browser) -> None:
    page = browser("admin").post("/connections/route", {"destination": "node:BER", "url": "ftp://berlin.example", "secret": ""})
    assert page.status_code == 422
    assert b"not an http or https address" in page.content
    assert b'value="ftp://berlin.example"' in page.content


def test_letters_that_have_no_road_say_so(business: Any, browser: Browser) -> None:
    with registered("node:", None):
        put(by=business.by, source="oms", letters=[cancel("R1")])
        page = body(browser("auditor").get("/connections"))
    assert "no road leads there" in page
    assert "failing, tried again" in page


def test_nonsense_in_the_address_does_no_harm(business: Any, browser: Browser) -> None:
    desk = browser("admin")
    assert desk.get("/connections/letters?state=%27&before=x~y&source=%00").status_code == 200
    assert desk.get("/connections/letters?before=2026-01-01T00:00:00%2B00:00~99999999999999999999").status_code == 200
    assert desk.get("/connections/letters/oms/99999999999999999999999").status_code == 404
    assert desk.post("/connections/letters/replay", {"letter": "nonsense"}).status_code == 302


def test_the_busiest_hour_is_as_high_as_the_drawing_and_no_bar_leaves_it() -> None:
    drawn = spark([0, 1, 500, 2])
    assert len(drawn.bars) == 3
    assert drawn.total == 503
    assert all(bar.y >= 0 and bar.y + bar.height == HEIGHT for bar in drawn.bars)
    assert max(bar.height for bar in drawn.bars) == drawn.bars[1].height
    assert spark([0] * 24).bars == ()
