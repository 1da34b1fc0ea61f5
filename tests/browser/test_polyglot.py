"""A text that is hostile in every language at once, in every text field of every form: it is only ever a text."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import expect

from tests.browser.full_house import addresses, fill
from tests.journeys.house import House

MARK = "<script>window.ran=1</script>"
POLYGLOT = (
    f"\"'>{MARK}<img src=x onerror=window.ran=2>${{7*7}}{{{{7*7}}}}{{% raw %}}'; DROP TABLE oms_order;--\u202eltr\u202c😀\\"
)
TYPED = {"text", "search", "email", "tel", "number", "url", "password", "date", "datetime-local", ""}
LEAVE = ("sign-out", "sessions/end", "account/password", "second-factor", "people/", "/reset", "/roles")
"""Forms that would end the session this test looks from, or act on people: they have tests of their own."""


class Forms(HTMLParser):
    """The forms of a page: method, address, and (name, kind, value) of each field."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[tuple[str, str, str]]]] = []
        self._fields: list[tuple[str, str, str]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        name = attributes.get("name", "")
        if tag == "form":
            self._fields = []
            self.found.append((attributes.get("method", "get").lower(), attributes.get("action", ""), self._fields))
        elif tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in attributes:
                self._fields.append((name, "typed" if kind in TYPED else "kept", attributes.get("value", "")))
        elif tag == "textarea" and name:
            self._fields.append((name, "typed", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and attributes.get("value"):
            self._fields.append((self._select, "kept", attributes["value"]))
            self._select = ""


def test_a_hostile_text_in_every_field_of_every_form_does_no_harm(house: House, signed_in: Callable[..., Any]) -> None:
    samples = fill(house)
    page = signed_in("admin", at="/orders")
    ask = page.context.request
    seen, faults, typed = set(), [], 0
    for _, address in addresses(samples):
        shown = ask.get(address, max_redirects=0)
        if shown.status != 200 or "html" not in shown.headers.get("content-type", ""):
            continue
        for method, action, fields in Forms(shown.text()).found:
            to = urljoin(f"http://x{address}", action).removeprefix("http://x")
            key = (method, to.partition("?")[0].translate(DIGITS), tuple(name for name, _, _ in fields))
            texts = [name for name, kind, _ in fields if kind == "typed"]
            if not texts or key in seen or any(part in to for part in LEAVE):
                continue
            seen.add(key)
            typed += len(texts)
            values = {name: POLYGLOT if kind == "typed" else value for name, kind, value in fields}
            answer = ask.post(to, form=values) if method == "post" else ask.get(to, params=values)
            if answer.status >= 500 or MARK in answer.text():
                faults.append(f"{method} {to} of {address} ({', '.join(texts)}): status {answer.status}")
    assert not faults, "\n".join(faults)
    assert typed > 50

    order = samples["order_id"][0]
    page.goto(f"/orders/{order}")
    expect(page.locator("#story")).to_contain_text(MARK)  # a note: what was typed is read
    for address in (f"/orders/{order}", "/orders?tab=all", "/invalid", "/packing?bench&node=MAIN", "/receipts", "/exceptions"):
        page.goto(address)
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("window.ran") is None, address
    assert house.violations() == {}


DIGITS = str.maketrans("", "", "0123456789")
