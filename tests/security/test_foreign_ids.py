"""Every operation, every role, the neighbor's ids: nothing of theirs is told, nothing of theirs is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from orderhouse.database import execute, unit_of_work
from orderhouse.people.api_keys import SCOPES, issue_api_key
from orderhouse.people.define_person import ROLES
from tests.security.houses import Neighbors
from tests.security.operations import FORMS, SCANNER, Asked, Operation, Ref
from tests.security.policy import as_meant, let_in
from tests.security.references import Known

THOROUGH = bool(os.environ.get("ORDERHOUSE_THOROUGH"))
"""Every filter of every page by itself, too (``make security``)."""

NO_REFUSALS = (b"not-your-session",)
"""What our own ids meet rightly: the scanner that asks is not the one that session is held on."""

DISTURBS = {"console:sign-out", "console:end-sessions", "console:change-password", "console:set-roles"}
"""What ends the session or the rights of the person who tries it; they try it with a browser of its own."""

SIGNS_IN = {"console:sign-in", "console:sign-in-code", "demo:badge"}
"""What opens only to a password or, in the demonstration, to a badge nobody holds."""


def send(client: Client, asked: Asked, **headers: str) -> Any:
    return client.generic(asked.method, asked.path, asked.body, content_type=asked.media, headers=headers)


def foreign(operation: Operation, ours: Known, theirs: Known, *, only: set[int] | None = None) -> Asked:
    """The request with the neighbor's ids: all of them, or ``only`` those among ours."""
    at = iter(range(1_000))

    def pick(ref: Ref) -> Any:
        here = next(at)
        return (theirs if only is None or here in only else ours)[ref.kind]

    return operation.ask(pick)


def tries(operation: Operation, ours: Known, theirs: Known, *, each: bool) -> Iterator[Asked]:
    """All foreign; and, ``each``, every one alone among ours, which gets further before it is met. What a page is only filtered by is
    tried together, unless THOROUGH."""
    yield foreign(operation, ours, theirs)
    several = len(operation.references())
    if each and several > 1:
        in_path = sum(isinstance(kind, Ref) for _, kind in operation.named)
        alone = several if operation.method != "GET" or THOROUGH else in_path
        yield from (foreign(operation, ours, theirs, only={n}) for n in range(alone))
        if in_path and alone < several:
            yield foreign(operation, ours, theirs, only=set(range(in_path, several)))


class Findings(list[str]):
    """What went wrong, and what was tried."""

    def __init__(self, neighbors: Neighbors) -> None:
        super().__init__()
        self.neighbors = neighbors

    def look_at(self, who: str, operation: Operation, asked: Asked, answer: Any) -> None:
        """Hold an answer against what it may tell and how it may end."""
        self.neighbors.requests += 1
        if operation.method != "GET":
            self.neighbors.said.append(asked.text)
        told = self.neighbors.marked.shown(answer, " ".join([*self.neighbors.said, asked.text]))
        if told:
            self.neighbors.leaks += 1
            self.append(f"{who}: {operation.name} {asked.path}: {answer.status_code} tells of the neighbor: {sorted(told)[:3]}")
        if answer.status_code >= 500:
            self.append(f"{who}: {operation.name} {asked.path} {asked.body[:200]!r}: {answer.status_code}")

    def compare(self, before: dict[str, str]) -> None:
        """Hold the neighbor's tables against what they were."""
        now = self.neighbors.marked.state()
        changed = sorted(table for table in now.keys() | before.keys() if before.get(table) != now.get(table))
        self.neighbors.changes += len(changed)
        self.extend(f"the neighbor's {table} changed" for table in changed)


def takers_of_posts(everything: list[Operation]) -> set[str]:
    """Names of addresses that take a POST, asked of the addresses themselves."""
    client, found = Client(raise_request_exception=False), set()
    for operation in everything:
        if operation.method == "GET" and operation.door != "api":
            view = operation.view
            methods = _methods(view)
            if methods is None or "POST" in methods:
                found.add(operation.name.removeprefix("GET "))
    assert client
    return found


def _methods(view: Any) -> set[str] | None:
    """The methods a view takes by Django's decorators, read from the closures they leave; None where there are none."""
    while view is not None:
        for cell in view.__closure__ or ():
            value = cell.cell_contents
            if (
                isinstance(value, (list, tuple, set))
                and value
                and {*value} <= {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
            ):
                return {*value}
            if isinstance(value, str) and value in ("GET", "POST"):
                return {value}
        view = getattr(view, "__wrapped__", None)
    return None


def test_every_address_that_takes_a_post_has_its_form_here(everything: list[Operation]) -> None:
    known = FORMS.keys() | SCANNER.keys()
    missing = sorted(takers_of_posts(everything) - known)
    assert not missing, f"give these a form in tests/security/operations.py: {missing}"
    named = {operation.name.split(" ", 1)[1] for operation in everything}
    assert not known - named, f"these are no addresses any more: {sorted(known - named)}"
    assert len(everything) > 250


@pytest.mark.parametrize("role", [*ROLES, "stranger", "nobody"])
def test_a_page_opens_to_its_roles_alone_and_tells_and_changes_nothing_of_the_neighbor(
    role: str, neighbors: Neighbors, everything: list[Operation]
) -> None:
    ours, theirs = neighbors.ours, neighbors.theirs
    before, found = neighbors.marked.state(), Findings(neighbors)
    client = ours.browser(role)
    pages = [operation for operation in everything if operation.door in ("console", "demo", "scanner")]
    for operation in sorted(pages, key=lambda each: each.method != "GET"):
        if operation.method != "GET" and operation.name.removeprefix("POST ") in DISTURBS:
            client = ours.browser(role)
        for asked in tries(operation, ours.known, theirs, each=role == "admin"):
            answer = send(client, asked)
            found.look_at(role, operation, asked, answer)
            neighbors.opened(operation.name, role, let_in(answer))
            if differs := as_meant(operation, role, answer):
                found.append(f"{role}: {operation.name}: {differs}")
            if answer.status_code == 405:
                break  # it is only posted to, and that comes later
            names = operation.method == "GET" and any(isinstance(kind, Ref) for _, kind in operation.named)
            if names and answer.status_code == 200 and asked == foreign(operation, ours.known, theirs):
                found.append(f"{role}: {operation.name} {asked.path}: 200 for what is not ours")
        if operation.method != "GET" and operation.name.removeprefix("POST ") in DISTURBS:
            client = ours.browser(role)
            _give_back(neighbors, role)
    found.compare(before)
    assert not found, "\n".join(found)


def test_a_key_opens_what_its_scope_names_and_nothing_else(neighbors: Neighbors, everything: list[Operation]) -> None:
    ours, theirs, wrong = neighbors.ours, neighbors.theirs, []
    client = Client(raise_request_exception=False)
    revoked = issue_api_key(by=ours.by, name="revoked", scopes=SCOPES)
    expired = issue_api_key(by=ours.by, name="expired", scopes=SCOPES, expires_at=ours.by.at)
    with unit_of_work(ours.by.tenant_id):
        execute("UPDATE people_api_key SET revoked_at = now() WHERE tenant_id = %s AND name = 'revoked'", (ours.by.tenant_id,))
    right = ours.keys["everything"]
    forged = [right[:-1] + ("A" if right[-1] != "A" else "B"), right.rsplit("_", 1)[0] + "_", "oh_1_1_x", "", revoked, expired]
    for operation in (each for each in everything if each.door == "api"):
        asked = foreign(operation, ours.known, theirs)
        for scope in SCOPES:
            if (
                scope != operation.scope
                and (status := send(client, asked, authorization=f"Bearer {ours.keys[scope]}").status_code) != 403
            ):
                wrong.append(f"{operation.name}: {status} to a key with {scope}, it needs {operation.scope}")
        for key in forged:
            if (status := send(client, asked, authorization=f"Bearer {key}").status_code) != 401:
                wrong.append(f"{operation.name}: {status} to {key[:30]!r}")
        if (status := send(client, asked).status_code) != 401:
            wrong.append(f"{operation.name}: {status} to nobody")
        neighbors.requests += len(SCOPES) + len(forged)
    assert not wrong, "\n".join(wrong)


def _give_back(neighbors: Neighbors, role: str) -> None:
    if role in ROLES:
        from orderhouse.people.define_person import grant_roles

        grant_roles(by=neighbors.ours.by, user_id=neighbors.ours.people[role], roles=[role])


def test_a_key_tells_and_changes_nothing_of_the_neighbor(neighbors: Neighbors, everything: list[Operation]) -> None:
    ours, theirs = neighbors.ours, neighbors.theirs
    before, found = neighbors.marked.state(), Findings(neighbors)
    calls = sorted((each for each in everything if each.door == "api"), key=lambda each: each.method != "GET")
    for operation in calls:
        for asked in tries(operation, ours.known, theirs, each=True):
            answer = send(Client(raise_request_exception=False), asked, authorization=f"Bearer {ours.keys[operation.scope]}")
            found.look_at(operation.scope, operation, asked, answer)
            neighbors.opened(operation.name, operation.scope, True)
            done = operation.named and answer.status_code < 300 and b'"data":[]' not in answer.content
            if done and asked == foreign(operation, ours.known, theirs):
                found.append(
                    f"{operation.name} {asked.path}: {answer.status_code} for what is not ours: {answer.content[:200]!r}"
                )
    found.compare(before)
    assert not found, "\n".join(found)


def test_a_scanner_tells_and_changes_nothing_of_the_neighbor(neighbors: Neighbors, everything: list[Operation]) -> None:
    ours, theirs = neighbors.ours, neighbors.theirs
    before, found = neighbors.marked.state(), Findings(neighbors)
    client = ours.scanner()
    for operation in (each for each in everything if each.door == "scanner"):
        for asked in tries(operation, ours.known, theirs, each=True):
            found.look_at("a badge", operation, asked, send(client, asked))
    found.compare(before)
    assert not found, "\n".join(found)


def test_the_same_requests_with_our_own_ids_find_what_they_name(neighbors: Neighbors, everything: list[Operation]) -> None:
    """Else a refusal of the neighbor's ids would prove nothing. What is done to our rows is done; this comes last."""
    ours = neighbors.ours
    admin, scanner, missed = ours.browser("admin"), ours.scanner(), []
    for operation in sorted(everything, key=lambda each: each.method != "GET"):
        if not operation.references() or operation.name.removeprefix("POST ") in DISTURBS | SIGNS_IN:
            continue
        if operation.method != "GET" and operation.door == "api" and operation.media == "text/csv":
            continue
        asked = operation.ask(lambda ref: ours.known[ref.kind])
        if operation.door == "api":
            answer = send(Client(raise_request_exception=False), asked, authorization=f"Bearer {ours.keys[operation.scope]}")
        else:
            at_scanner = operation.door == "scanner" and "/api/" in operation.path and "enroll" not in operation.path
            answer = send(scanner if at_scanner else admin, asked)
        body = answer.content if not answer.streaming else b""
        if any(code in body for code in NO_REFUSALS):
            continue
        if answer.status_code in (401, 403, 404) or answer.status_code >= 500 or b"invalid-fields" in body:
            missed.append(f"{operation.name} {asked.path} {asked.body[:150]!r}: {answer.status_code} {body[:300]!r}")
    assert not missed, "\n".join(missed)
