"""Every page and every role, every operation and every scope, held against ``who_may.md``; with our own ids, so that a page that looks at
a role only once it has found its order is asked too."""

from __future__ import annotations

import pytest

from orderhouse.people.api_keys import SCOPES
from tests.security.houses import Neighbors
from tests.security.operations import Operation
from tests.security.policy import as_meant, meant
from tests.security.references import known_of
from tests.security.test_foreign_ids import send
from tests.security.who_may import BADGE, WHO, address, pages, scopes

PAGES = ("console", "demo", "scanner")


def test_every_page_and_every_operation_stands_in_the_table_and_no_other(everything: list[Operation]) -> None:
    there = {address(each.path) for each in everything if each.door in PAGES}
    assert sorted(there - pages().keys()) == [], "say in who_may.md who may see them and send to them"
    assert sorted(pages().keys() - there) == [], "these are no addresses any more"
    offered = {each.name.removeprefix("API "): each.scope for each in everything if each.door == "api"}
    assert sorted(offered.keys() ^ scopes().keys()) == [], "say in who_may.md which scope they take; strike out what is gone"
    assert {name: scope for name, scope in offered.items() if scopes()[name] != scope} == {}


def test_the_table_says_nothing_unheard_of(everything: list[Operation]) -> None:
    assert set(scopes().values()) <= set(SCOPES)
    for path, row in pages().items():
        assert all(row["admin"] >= row[who] for who in WHO), f"{path}: an admin may what anybody may"
        assert row["stranger"] == row["nobody"], f"{path}: having signed in elsewhere opens nothing here"


@pytest.mark.parametrize("who", WHO)
def test_a_person_opens_the_pages_meant_for_them_and_is_turned_away_from_all_others(
    who: str, neighbors: Neighbors, everything: list[Operation]
) -> None:
    """Each page is looked at; what is not meant to be sent is sent, and must be turned away before it does anything."""
    ours, found = neighbors.ours, []
    client, known = ours.browser(who), known_of(ours.by.tenant_id)  # as they are now: a wall's address may have been renewed
    for operation in everything:
        if operation.door not in PAGES or (operation.method != "GET" and meant(operation, who)):
            continue
        answer = send(client, operation.ask(lambda ref: known[ref.kind]))
        neighbors.requests += 1
        if differs := as_meant(operation, who, answer):
            found.append(f"{operation.name} {operation.path}: {differs}")
        elif meant(operation, who) and answer.status_code in (401, 403):
            found.append(f"{operation.name} {operation.path}: {answer.status_code} to somebody who is meant to see it")
    assert not found, "\n".join(found)


def test_a_badge_opens_the_scanner_and_no_page(neighbors: Neighbors, everything: list[Operation]) -> None:
    ours, found = neighbors.ours, []
    client, fleeting = ours.scanner(), ours.scanner()
    for operation in everything:
        if operation.door not in PAGES or operation.name == "GET console:sign-in":
            continue
        if operation.method != "GET" and operation.door != "scanner" and pages()[address(operation.path)]["nobody"]:
            continue  # signing in, as anybody may
        at = fleeting if operation.path.startswith("/scanner/api/sign-") else client
        answer = send(at, operation.ask(lambda ref: ours.known[ref.kind]))
        neighbors.requests += 1
        row = pages()[address(operation.path)]
        if operation.door != "scanner" and row["nobody"]:
            continue
        if differs := as_meant(operation, BADGE, answer):
            found.append(f"{operation.name} {operation.path}: {differs}")
    assert not found, "\n".join(found)
