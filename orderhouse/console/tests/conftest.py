"""A signed-in browser at a small shop's desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from orderhouse.oms.tests.shop import Shop, open_shop

PASSWORD = "a long enough password"


def make_person(business: Any, *roles: str) -> str:
    """The email of a new person with these roles in the business."""
    from orderhouse.people.define_person import define_person, grant_roles

    email = f"{uuid.uuid4().hex[:10]}@example.com"
    person = define_person(email=email, name="Ada Desk", password=PASSWORD)
    if roles:
        grant_roles(by=business.by, user_id=person, roles=roles)
    return email


def sign_in_as(email: str, password: str = PASSWORD) -> Any:
    """A browser that sent the sign-in form, and what it was answered."""
    browser = Client()
    return browser, browser.post("/sign-in", {"email": email, "password": password})


@pytest.fixture(scope="package", autouse=True)
def _contexts_of_templates() -> Iterator[None]:
    """Let answers tell what their templates were given."""
    setup_test_environment()
    yield
    teardown_test_environment()


@pytest.fixture
def shop(business: Any) -> Iterator[Shop]:
    from orderhouse.contract.receivers import registered

    with registered("node:", None):
        yield open_shop(business)


@pytest.fixture
def browser(business: Any) -> Callable[..., Client]:
    """``browser(*roles)``: somebody with these roles, signed in."""

    def make(*roles: str) -> Client:
        signed_in, answer = sign_in_as(make_person(business, *roles))
        assert answer.status_code == 302, answer.content
        return signed_in

    return make
