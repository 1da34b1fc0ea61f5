"""Who gets in, and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from orderhouse.console.policies import NAMESPACE, PUBLIC, allow, policy_of
from orderhouse.console.tests.conftest import PASSWORD, make_person, sign_in_as
from orderhouse.kernel import clock
from orderhouse.people.sign_in import SignInBlocked, SignInRefused, memberships, sign_in


def pages(patterns: Any = None, inside: bool = False) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            found += pages(pattern.url_patterns, inside or pattern.app_name == NAMESPACE)
        elif inside:
            found.append(pattern)
    return found


def test_every_page_of_the_console_names_the_roles_it_is_open_to() -> None:
    assert len(pages()) > 12
    assert [str(page.pattern) for page in pages() if policy_of(page.callback) is None] == []


def test_only_the_door_is_open_to_anybody() -> None:
    assert sorted(page.name or "" for page in pages() if policy_of(page.callback) == PUBLIC) == [
        "sign-in",
        "sign-in-code",
        "sign-out",
        "wall-screen",  # a screen without a keyboard: its address is its key
    ]


def test_a_policy_with_a_role_nobody_has_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="boss"):
        allow("boss")


def test_a_stranger_is_sent_to_the_door_and_comes_back_to_the_page_asked_for(business: Any) -> None:
    answer = Client().get("/orders?tab=held")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=%2Forders%3Ftab%3Dheld"
    browser = Client()
    form = {"email": make_person(business, "auditor"), "password": PASSWORD, "next": "/orders?tab=held"}
    assert browser.post("/sign-in", form)["Location"] == "/orders?tab=held"


def test_the_way_back_never_leads_to_another_site(business: Any) -> None:
    form = {"email": make_person(business, "admin"), "password": PASSWORD, "next": "https://example.org/"}
    assert Client().post("/sign-in", form)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_email_are_refused_in_the_same_words(business: Any) -> None:
    _, wrong = sign_in_as(make_person(business, "admin"), "not the password")
    _, unknown = sign_in_as("nobody@example.com")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    for answer in (wrong, unknown):
        assert b"Email and password do not match." in answer.content
        assert "sessionid" not in answer.cookies


def test_the_door_closes_for_a_while_after_five_wrong_passwords(business: Any) -> None:
    email, now = make_person(business, "admin"), clock.now()
    for _ in range(6):
        with pytest.raises(SignInRefused):
            sign_in(email=email, password="wrong", at=now)
    with pytest.raises(SignInBlocked):
        sign_in(email=email, password=PASSWORD, at=now)
    assert sign_in(email=email, password=PASSWORD, at=now + timedelta(seconds=2)).email == email
    with pytest.raises(SignInRefused):
        sign_in(email=email, password="wrong", at=now + timedelta(seconds=2))


def test_a_person_without_a_membership_gets_no_further(business: Any) -> None:
    _, answer = sign_in_as(make_person(business))
    assert answer.status_code == 403
    assert b"not a member of any business" in answer.content


def test_a_persons_roles_are_told_by_business(business: Any) -> None:
    email = make_person(business, "auditor", "floor")
    person = sign_in(email=email, password=PASSWORD, at=clock.now())
    (membership,) = memberships(person.pk)
    assert (membership.code, membership.roles) == (business.code, {"auditor", "floor"})


def test_a_picker_sees_the_floor_and_not_the_orders(browser: Callable[..., Client]) -> None:
    picker = browser("floor")
    refused = picker.get("/orders")
    assert refused.status_code == 403
    assert b"order desk" in refused.content or b"order_desk" in refused.content
    assert picker.get("/floor", follow=True).status_code == 200


def test_an_auditor_sees_and_changes_nothing(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 1})
    auditor = browser("auditor")
    assert auditor.get(f"/orders/{order_id}").status_code == 200
    assert auditor.post(f"/orders/{order_id}/cancel", {"reason": "no"}).status_code == 403
    assert shop.state(order_id) == "reserved"


def test_a_form_without_its_token_is_refused(shop: Any, business: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in", {"email": make_person(business, "admin"), "password": PASSWORD})
    assert answer.status_code == 403


def test_pages_load_nothing_inline_and_nothing_from_elsewhere(browser: Callable[..., Client]) -> None:
    answer = browser("admin").get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = answer.content.decode()
    assert "style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert 'src="http' not in text
    assert 'href="http' not in text


def test_signing_out_forgets_the_session(browser: Callable[..., Client]) -> None:
    someone = browser("admin")
    someone.post("/sign-out")
    assert someone.get("/").status_code == 302
