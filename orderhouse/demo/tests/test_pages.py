"""The viewer is in charge, in the demonstration and nowhere else."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import include, path

from orderhouse.config import urls
from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.demo import trouble, world
from orderhouse.demo.pace import Heartbeat, pace_of, set_pace, start_clock
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.people.define_badges import define_badges
from orderhouse.people.define_person import define_person, grant_roles

urlpatterns = [path("demo/", include("orderhouse.demo.urls")), *urls.urlpatterns]
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def demo() -> Iterator[By]:
    """A demonstration of this module's own, with its clock, its definitions and no stock."""
    from orderhouse.catalog.open_business import open_business
    from orderhouse.demo.seed import define

    code = f"demo-{uuid.uuid4().hex[:8]}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(world, "CODE", code)
        opened = open_business(code=code, name=world.NAME, at=clock.now(), owner_code=world.OWNER)
        by = By(opened.tenant_id, "demo", clock.now())
        start_clock(by=by, seed="fern")
        define(by)
        yield by


@pytest.fixture
def in_demo() -> Iterator[None]:
    with override_settings(DEMO=True, ROOT_URLCONF=__name__):
        yield


def signed_in(by: By, *roles: str) -> Client:
    email = f"{uuid.uuid4().hex[:10]}@example.com"
    grant_roles(by=by, user_id=define_person(email=email, name="Ada Viewer", password=PASSWORD), roles=roles)
    browser = Client()
    assert browser.post("/sign-in", {"email": email, "password": PASSWORD}).status_code == 302
    return browser


def test_a_house_that_serves_in_earnest_has_no_such_pages(demo: By) -> None:
    assert settings.DEMO is False
    browser = signed_in(demo, "admin")
    assert [browser.get(at).status_code for at in ("/demo/", "/demo/bar")] == [404, 404]
    with override_settings(ROOT_URLCONF=__name__):  # even where somebody led an address there
        assert browser.get("/demo/").status_code == 404
        assert browser.post("/demo/trouble/burst").status_code == 404


@pytest.mark.usefixtures("in_demo")
def test_another_business_has_no_such_pages(business: Any) -> None:
    browser = signed_in(business.by, "admin")
    assert browser.get("/demo/").status_code == 404
    assert browser.post("/demo/trouble/burst").status_code == 404
    with unit_of_work(business.tenant_id):
        assert fetch_value("SELECT count(*) FROM oms_order WHERE tenant_id = %s", (business.tenant_id,)) == 0


@pytest.mark.usefixtures("in_demo")
def test_speed_and_pause_stand_in_the_database(demo: By) -> None:
    browser = signed_in(demo, "order_desk")
    assert b"Take part" in browser.get("/demo/").content
    assert browser.post("/demo/", {"speed": "20", "back": "/orders"}).headers["Location"] == "/orders"
    assert (pace_of(demo.tenant_id).speed, pace_of(demo.tenant_id).paused) == (20, False)
    browser.post("/demo/", {"paused": "yes"})
    assert pace_of(demo.tenant_id).paused
    assert b"paused" in browser.get("/demo/").content
    assert b"Go on" in browser.get("/demo/bar").content
    browser.post("/demo/", {"speed": "5", "back": "https://elsewhere.example/"})
    assert (pace_of(demo.tenant_id).speed, pace_of(demo.tenant_id).paused) == (5, False)
    browser.post("/demo/", {"speed": "7000"})
    assert pace_of(demo.tenant_id).speed == 5


@pytest.mark.usefixtures("in_demo")
def test_auditors_look_and_change_nothing(demo: By) -> None:
    browser = signed_in(demo, "auditor")
    assert browser.get("/demo/").status_code == 200
    before = pace_of(demo.tenant_id)
    assert browser.post("/demo/", {"speed": "60"}).status_code == 403
    assert browser.post("/demo/trouble/invalid").status_code == 403
    assert pace_of(demo.tenant_id) == before


def test_the_clock_runs_at_the_speed_and_stands_while_paused(demo: By) -> None:
    at = clock.now()
    set_pace(by=demo.when(at), speed=60, paused=False)
    began = pace_of(demo.tenant_id).at(at)
    paused = set_pace(by=demo.when(at + timedelta(minutes=2)), paused=True)
    assert paused.clock - began == timedelta(hours=2)
    assert paused.at(at + timedelta(hours=9)) == paused.clock
    on = set_pace(by=demo.when(at + timedelta(hours=9)), paused=False)
    assert on.at(at + timedelta(hours=9, minutes=1)) - paused.clock == timedelta(hours=1)


def test_a_pause_reaches_whoever_waits_within_a_second(demo: By) -> None:
    set_pace(by=demo.when(clock.now()), speed=60, paused=False)
    stop = threading.Event()
    heart = Heartbeat(demo.tenant_id, stop)
    woken: list[float] = []

    def wait() -> None:
        heart.wait(120)  # two seconds of ours
        woken.append(time.monotonic())

    waiter = threading.Thread(target=wait)
    waiter.start()
    set_pace(by=demo.when(clock.now()), paused=True)
    heart.look()
    time.sleep(2.5)
    assert woken == []
    set_pace(by=demo.when(clock.now()), speed=1000, paused=False)
    heart.look()
    waiter.join(2)
    assert woken
    stop.set()


@pytest.mark.usefixtures("in_demo")
def test_a_badge_is_taken_and_given_back(demo: By) -> None:
    define_badges(by=demo, badges=world.SITES[0].crew)
    browser = signed_in(demo, "floor")
    heart = Heartbeat(demo.tenant_id, threading.Event())
    browser.post("/demo/badge", {"badge": "B-101"})
    heart.look()
    assert heart.taken == {"B-101"}
    assert heart.wait(1000, badge="B-101")  # its work stops at once
    browser.post("/demo/badge", {"badge": "B-102"})
    heart.look()
    assert heart.taken == {"B-102"}
    assert browser.post("/demo/badge", {"badge": "B-999"}).status_code == 404
    browser.post("/demo/badge", {"badge": ""})
    heart.look()
    assert heart.taken == frozenset()


@pytest.mark.usefixtures("in_demo")
def test_trouble_goes_through_the_doors_everybody_uses(demo: By) -> None:
    browser = signed_in(demo, "warehouse_manager")

    def count(table: str) -> int:
        with unit_of_work(demo.tenant_id):
            return int(fetch_value(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (demo.tenant_id,)))

    orders, invalid, coming = count("oms_order"), count("oms_invalid_order"), count("oms_incoming")
    assert browser.post("/demo/trouble/burst").status_code == 302
    assert count("oms_order") == orders + trouble.BURST
    assert browser.post("/demo/trouble/invalid").headers["Location"] == "/invalid"
    assert count("oms_invalid_order") == invalid + 1
    browser.post("/demo/trouble/damage")
    assert count("oms_incoming") == coming + 3
    to = browser.post("/demo/trouble/withdrawal").headers["Location"]
    order_id = int(to.rsplit("/", 1)[1])
    with unit_of_work(demo.tenant_id):
        (asked,) = fetch_all(
            """SELECT actor FROM contract_event WHERE tenant_id = %s AND subject_kind = 'order' AND subject_id = %s
               AND type IN ('lines-cancelled', 'cancellation-asked')""",
            (demo.tenant_id, order_id),
        )
    assert asked[0].startswith("channel:")
    page = browser.post("/demo/trouble/loss", follow=True)
    assert b"No picker is on the way" in page.content
    assert browser.post("/demo/trouble/flood").status_code == 404
