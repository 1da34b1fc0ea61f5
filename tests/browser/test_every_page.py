"""Every page of the house, by its list of addresses: one that is added is walked, or the test says what it lacks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from orderhouse.catalog.open_business import find_business, open_business
from orderhouse.database import execute, unit_of_work
from orderhouse.demo import world
from orderhouse.demo.pace import start_clock
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from tests.browser.axe import serious_faults
from tests.browser.full_house import Samples, addresses, fill, unknown
from tests.browser.people import person
from tests.browser.scanner import Scanner
from tests.browser.site import Site, served
from tests.journeys.house import build_house

Page = Any
LOOKS = {"desk": (1440, 900, "light"), "floor": (360, 740, "dark")}
WIDER = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house that serves the demonstration, so that its pages are there, too."""
    with served(tmp_path_factory.mktemp("demo"), ORDERHOUSE_DEMO="1") as running:
        yield running


@pytest.fixture(scope="module")
def demo_house() -> Iterator[tuple[Any, Samples]]:
    """The demonstration's business with one of everything."""
    from conftest import BusinessUnderTest

    at = clock.now()
    give_up_the_name()
    opened = open_business(code=world.CODE, name=world.NAME, at=at)
    business = BusinessUnderTest(opened.tenant_id, opened.owner_id, world.CODE, By(opened.tenant_id, "tester", at))
    start_clock(by=business.by, seed="fern")
    someone = person(business, "admin")
    yield (business, someone), fill(build_house(business))
    give_up_the_name()


def give_up_the_name() -> None:
    """Whoever was the demonstration's business in this database is it no more."""
    if earlier := find_business(world.CODE):
        with unit_of_work(earlier.tenant_id):
            fresh = f"t-{uuid.uuid4().hex[:12]}"
            execute("UPDATE people_tenant SET code = %s WHERE tenant_id = %s", (fresh, earlier.tenant_id))


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_whole_in_both_sizes_and_themes(
    look: str, demo_site: Site, demo_house: Any, signed_in: Callable[..., Page]
) -> None:
    width, height, theme = LOOKS[look]
    (_, someone), samples = demo_house
    page = signed_in(who=someone, at="/scanner/", elsewhere=demo_site, width=width, height=height, theme=theme)
    Scanner(page).enroll("MAIN").sign_in("MAIN-1")
    ask = page.context.request
    token = re.search(r"/wall/screen/([^\"<\s]+)", ask.get("/wall/MAIN/address").text())
    assert token
    known = samples | {"token": [token[1]]}
    faults, pages, passed = unknown(known), set(), set()
    for name, address in addresses(known):
        if name not in pages | passed:
            answer = ask.get(address, max_redirects=0)
            if answer.status == 405 or 300 <= answer.status < 400:
                continue  # it is only posted to, or leads on
            whole = "html" in answer.headers.get("content-type", "") and "<html" in answer.text()
            (pages if whole else passed).add(name)
        if name in pages:
            faults += [f"{name} {address}: {fault}" for fault in look_at(page, address)]
        elif (status := ask.get(address).status) != 200:
            faults.append(f"{name} {address}: status {status}")
    assert len(pages) > 60
    assert not faults, "\n".join(faults)


def look_at(page: Page, address: str) -> Iterator[str]:
    """What is wrong with a page."""
    answer = page.goto(address)
    if answer.status != 200:
        yield f"status {answer.status}"
    policy = answer.headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "unsafe-inline" in policy or "unsafe-eval" in policy.replace("wasm-unsafe-eval", ""):
        yield f"its content policy is {policy!r}"
    expect(page.locator(".htmx-request")).to_have_count(0)
    if (over := page.evaluate(WIDER)) > 0:
        yield f"it is {over} px too wide"
    yield from serious_faults(page)
    yield from page.complaints
    page.complaints.clear()
