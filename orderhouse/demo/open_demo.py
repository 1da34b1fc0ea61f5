"""The demonstration, ready to be looked at: its business, a person who may sign in, and a key for the API."""

from __future__ import annotations

from collections.abc import Callable

from orderhouse.demo.seed import seed as make
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.people.api_keys import SCOPES, issue_api_key
from orderhouse.people.define_person import define_person, grant_roles


def open_demo(*, email: str, password: str, tell: Callable[[str], None], has_key: bool, seed: str = "fern") -> str | None:
    """Seed the business once, and let the person with this email sign in as its admin with ``password``. Answers the text of a
    new API key with every scope, or None where one was issued before."""
    tenant_id = make(tell=tell, seed=seed)
    by = By(tenant_id, "demo", clock.now())
    person = define_person(email=email, name="Demo Admin", password=password)
    grant_roles(by=by, user_id=person, roles=["admin"])
    return None if has_key else issue_api_key(by=by, name="demo", scopes=list(SCOPES))
