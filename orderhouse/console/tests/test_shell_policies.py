"""Every page of the console, against every role: made from the address list, so that no page can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from orderhouse.console.policies import NAMESPACE, PUBLIC, opens_to, policy_of
from orderhouse.people.define_person import ROLES

OWN = {
    "account",
    "change-password",
    "choose-business",
    "choose-looks",
    "change-view",
    "order-columns",
    "save-view",
    "drop-second-factor",
    "end-sessions",
    "second-factor",
    "prove-books",
}
"""What a person changes about themselves; nothing of the business's is reachable from here. Proving the books is an auditor's one
act: it reads them, and leaves only the note that it did."""


def pages(patterns: Any = None, prefix: str = "/", inside: bool = False) -> Iterator[tuple[str, URLPattern]]:
    """The addresses of the console's pages, with something in place of their parameters."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        at = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, at, inside or pattern.app_name == NAMESPACE)
        elif inside:
            yield re.sub(r"<(int|str|slug|path|uuid):\w+>", lambda kind: "9" if kind[1] == "int" else "none", at), pattern


def refused(answer: Any) -> bool:
    return answer.status_code == 403 and any(template.name == "console/refused.html" for template in answer.templates)


def test_an_auditors_role_sends_nothing_but_what_is_their_own() -> None:
    open_ = {
        page.name for _at, page in pages() if policy_of(page.callback) != PUBLIC and "auditor" in opens_to(page.callback, "POST")
    }
    assert open_ <= OWN


def test_every_page_looks_the_same_to_its_policy_and_to_the_guard(browser: Callable[..., Client]) -> None:
    """Each role asks for each page: refused exactly where its policy leaves the role out."""
    wrong = []
    for role in sorted(ROLES):
        someone = browser(role)
        someone.raise_request_exception = False
        for at, page in pages():
            policy = policy_of(page.callback)
            assert policy is not None, f"{at} says nothing"
            if policy == PUBLIC or page.name in ("sign-out", "end-sessions"):
                continue
            may = role == "admin" or role in policy
            if refused(someone.get(at)) is may:
                wrong.append((role, "GET", at))
    assert wrong == []


@pytest.mark.parametrize("role", ["auditor", "floor", "order_desk", "warehouse_manager"])
def test_every_form_sent_by_a_role_its_page_leaves_out_is_refused(role: str, browser: Callable[..., Client]) -> None:
    someone = browser(role)
    wrong = [
        at
        for at, page in pages()
        if policy_of(page.callback) != PUBLIC
        and role not in opens_to(page.callback, "POST")
        and not refused(someone.post(at, {"reason": "no", "code": "B-1"}))
    ]
    assert wrong == []


def test_an_auditor_who_also_works_the_desk_may_what_the_desk_may(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 1})
    assert refused(browser("auditor").post(f"/orders/{order_id}/cancel", {"reason": "no"}))
    browser("auditor", "order_desk").post(f"/orders/{order_id}/cancel", {"reason": "twice"})
    assert shop.state(order_id) == "cancelled"


def test_nobody_is_sent_to_the_door_from_every_page() -> None:
    stranger = Client()
    let_in = [
        at
        for at, page in pages()
        if policy_of(page.callback) != PUBLIC
        and (answer := stranger.get(at))
        and not answer.headers.get("Location", "").startswith("/sign-in")
    ]
    assert let_in == []
