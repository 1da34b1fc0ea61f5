"""A running house and a real browser: Chromium drives the pages that granian serves from this test process's own database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from orderhouse.kernel import clock
from tests.browser.people import Person, person
from tests.browser.scanner import Scanner
from tests.browser.site import Site, served
from tests.journeys.house import House, build_house

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"),
)
PATIENCE = 15_000
"""Milliseconds a browser waits for what it expects: two cores may have much else to do."""


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("ORDERHOUSE_CHROMIUM")
    return next((path for name in (named, *NAMES) if name and (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Any]:
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI always runs the browser tests, and there is no Chromium: see tools/browser")
        pytest.skip("no Chromium on this machine (tools/browser tells what to do)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps a loop of its own in this thread; ours waits meanwhile
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house served on this process's test database."""
    with served(tmp_path_factory.mktemp("site")) as running:
        yield running


class Complaints(list[str]):
    """What the browser complained of: errors of scripts, refusals of the content policy, requests that failed."""

    def forgive(self, text: str) -> None:
        """Take out those with this text, which the test provoked."""
        self[:] = [said for said in self if text not in said]


@pytest.fixture
def open_browser(_chromium: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """``open_browser(width=1440, height=900, theme="light")``: a page of a fresh browser profile. Whatever it complains of on its
    console fails the test at the end, unless the test takes it out of ``page.complaints``."""
    opened: list[Any] = []

    def make(width: int = 1440, height: int = 900, theme: str = "light", elsewhere: Site | None = None, **more: Any) -> Any:
        at = (elsewhere or site).address
        context = _chromium.new_context(base_url=at, viewport={"width": width, "height": height}, color_scheme=theme, **more)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.complaints = Complaints()
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        opened.append(page)
        return page

    yield make
    complaints = [said for page in opened for said in page.complaints]
    for page in opened:
        page.context.close()
    assert not complaints


@pytest.fixture
def signed_in(open_browser: Callable[..., Any], business: Any) -> Callable[..., Any]:
    """``signed_in("order_desk", at="/orders", width=1024)``: what a new person with these roles sees there."""

    def make(*roles: str, who: Person | None = None, at: str = "/", **window: Any) -> Any:
        someone = who or person(business, *roles)
        page = open_browser(**window)
        page.goto(f"/sign-in?next={at}")
        page.get_by_label("Email").fill(someone.email)
        page.get_by_label("Password", exact=True).fill(someone.password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return make


@pytest.fixture
def house(business: Any) -> House:
    """A whole business, whose clock is the server's."""
    return build_house(replace(business, by=business.by.when(clock.now())))


@pytest.fixture
def scanner(signed_in: Callable[..., Any], open_browser: Callable[..., Any], house: House) -> Callable[..., Scanner]:
    """``scanner("MAIN-1", node="MAIN")``: a device enrolled by a manager, with this badge signed in."""

    def make(badge: str, node: str = "MAIN", **window: Any) -> Scanner:
        page = signed_in("warehouse_manager", at="/scanner/", **{"width": 360, "height": 740, **window})
        return Scanner(page).enroll(node).sign_in(badge)

    return make
