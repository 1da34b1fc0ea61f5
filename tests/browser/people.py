"""People who sit before the browsers, and what they see."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from playwright.sync_api import Page, expect

from orderhouse.people.define_person import define_person, grant_roles


class Person(NamedTuple):
    """Somebody who can sign in."""

    email: str
    password: str


def person(business: Any, *roles: str) -> Person:
    """A new person with these roles in the business."""
    someone = Person(f"{uuid.uuid4().hex[:10]}@example.com", "a long enough password")
    user_id = define_person(email=someone.email, name="Ada Desk", password=someone.password)
    grant_roles(by=business.by, user_id=user_id, roles=roles)
    return someone


def stands(page: Page, step: str, units: int) -> None:
    """Wait until so many units stand at a step of an order's way."""
    expect(page.locator(f".way .step-{step} b")).to_have_text(str(units))
