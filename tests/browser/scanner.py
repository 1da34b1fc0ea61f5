"""A scanner in somebody's hand."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

WEDGE = """text => {
  for (const key of [...text, "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
}"""
"""What a keyboard wedge does: all keys of a barcode in one breath, then Enter. Keys sent one by one would wait for each other on a
busy machine, and be a person's typing to the scanner."""


class Scanner:
    """The scanner's page, and what one does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def enroll(self, node: str) -> Scanner:
        self.page.get_by_label("It works at").select_option(node)
        self.page.get_by_role("button", name="Enroll this device").click()
        expect(self.page.get_by_role("heading", name="Scan your badge")).to_be_visible()
        return self

    def sign_in(self, badge: str) -> Scanner:
        self.scan(f"B.{badge}")
        expect(self.page.locator("main.menu")).to_be_visible()
        return self

    def scan(self, *texts: str) -> Scanner:
        """Scan these, one after the other, without waiting for what is said."""
        for text in texts:
            self.page.evaluate(WEDGE, text)
        return self

    def begin(self, flow: str, label: str = "") -> Scanner:
        """Take up the first work of this flow in the menu."""
        self.page.locator(f"[data-flow={flow}]", has_text=label).first.click()
        expect(self.page.locator("main.step")).to_be_visible()
        return self

    def tap(self, command: str) -> Scanner:
        """Tap one of the floor's commands: ``short``."""
        self.page.locator(f"[data-command='!{command}']").click()
        return self

    @property
    def band(self) -> Locator:
        """The sentence across the screen."""
        return self.page.locator("p.band")

    def says(self, sentence: str | re.Pattern[str], tone: str | None = None) -> Scanner:
        """Wait until the band says this, in this tone: right, wrong, stop."""
        expect(self.band).to_contain_text(sentence)
        if tone:
            expect(self.band).to_have_attribute("data-tone", tone)
        return self

    def shows(self, screen: str) -> Scanner:
        """Wait for a screen: ``pick.item``."""
        expect(self.page.locator(f"main.step[data-screen='{screen}']")).to_be_visible()
        return self

    def waits(self, scans: int) -> Scanner:
        """Wait until so many scans are kept here, unsent."""
        expect(self.page.locator("body")).to_have_attribute("data-pending", str(scans))
        return self

    def keeps_its_list(self) -> None:
        """Let this scanner see no newer list of work than it has: somebody else is always quicker than a list."""
        listed = self.page.request.get("/scanner/api/work").json()
        self.page.route("**/scanner/api/work", lambda route: route.fulfill(json=listed))

    def work(self) -> dict[str, Any]:
        """The work as the scanner keeps it: its sheet, and what it would scan next."""
        return self.page.evaluate(
            """() => new Promise((resolve, reject) => {
              const open = indexedDB.open("orderhouse-scanner", 1);
              open.onerror = () => reject(open.error);
              open.onsuccess = () => {
                const got = open.result.transaction("kept").objectStore("kept").get("works");
                got.onsuccess = () => { open.result.close(); resolve(got.result.at(-1)); };
              };
            })"""
        )
