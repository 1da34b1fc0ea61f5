"""Whether a page let somebody in, and whether it is meant to (``who_may.md``)."""

from __future__ import annotations

from typing import Any

from tests.security.operations import Operation
from tests.security.who_may import SEE, SEND, address, pages

TURNED_AWAY = (b"Your roles do not open this page", b"This takes a warehouse manager")


def let_in(answer: Any) -> bool:
    """Whether who asked was let in, whatever became of it there."""
    if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/sign-in"):
        return False
    if answer.status_code == 403 and any(said in answer.content for said in TURNED_AWAY):
        return False
    scanner = answer.wsgi_request.path.startswith("/scanner/")
    return not (scanner and answer.status_code == 401)  # on a page it says: a wrong password


def meant(operation: Operation, who: str) -> bool:
    """Whether they are meant to be let in."""
    return (SEE if operation.method == "GET" else SEND) in pages()[address(operation.path)][who]


def as_meant(operation: Operation, who: str, answer: Any) -> str:
    """How an answer differs from what is meant, in words; "" where it does not."""
    row = pages()[address(operation.path)]
    if operation.name in LEADS_TO_SIGN_IN:
        return ""
    if operation.method == "GET" and not any(SEE in marks for marks in row.values()):  # it is only sent to
        return "" if answer.status_code == 405 or not let_in(answer) else f"{answer.status_code}, where nobody is meant to see"
    if let_in(answer) is meant(operation, who):
        return ""
    return f"{answer.status_code}, and they are {'' if meant(operation, who) else 'not '}meant to be let in (who_may.md)"


LEADS_TO_SIGN_IN = {"GET console:sign-out", "POST console:sign-out", "GET console:sign-in-code", "POST console:sign-in-code"}
"""Public addresses whose answer sends everybody to the sign-in page."""
