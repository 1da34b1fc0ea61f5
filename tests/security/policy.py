"""Whether a page let somebody in, and whether its policy says so."""

from __future__ import annotations

from typing import Any

from orderhouse.console.policies import PUBLIC, opens_to
from orderhouse.people.define_person import ROLES
from tests.security.operations import Operation

TURNED_AWAY = (b"Your roles do not open this page", b"This takes a warehouse manager")


def let_in(answer: Any) -> bool:
    """Whether who asked was let in, whatever became of it there."""
    if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/sign-in"):
        return False
    if answer.status_code == 403 and any(said in answer.content for said in TURNED_AWAY):
        return False
    scanner = answer.wsgi_request.path.startswith("/scanner/")
    return not (scanner and answer.status_code == 401)  # on a page it says: a wrong password


def declared(operation: Operation, role: str) -> bool:
    """What the operation's policy says of somebody with this role alone; ``stranger`` has none, ``nobody`` has not signed in."""
    policy = operation.view.policy
    if policy == PUBLIC:
        return operation.name not in ENDS_AT_SIGN_IN
    if isinstance(policy, frozenset):
        return role in ROLES and (role == "admin" or role in opens_to(operation.view, operation.method))
    if policy.startswith("public"):
        return True
    if "signed in on the console" in policy:
        return role in (("admin", "warehouse_manager") if "manager" in policy else ROLES)
    return False  # a badge or a device, which no browser here holds


ENDS_AT_SIGN_IN = {"POST console:sign-out", "GET console:sign-in-code", "POST console:sign-in-code"}
"""Public addresses that lead to the sign-in page."""
