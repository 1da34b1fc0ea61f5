"""The door for letters of other installations: whoever holds one business's secret writes to that business alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import orjson
from django.test import Client
from standardwebhooks import Webhook

from orderhouse.kernel import clock
from orderhouse.kernel.identifiers import new_id
from tests.security.houses import Neighbors
from tests.security.marks import as_owner

DOOR = "/contract/v1/inbox"


def codes(neighbors: Neighbors) -> tuple[str, str]:
    return neighbors.ours.known["business"], neighbors.theirs["business"]


def batch(tenant: str, neighbors: Neighbors) -> bytes:
    """A letter that would change the neighbor's stock, were it taken."""
    letter = {
        "type": "ReceiptProgressed",
        "version": 1,
        "subject": "x",
        "actor": "x",
        "created_at": clock.now().isoformat(),
        "payload": {},
    }
    return orjson.dumps(
        {"tenant": tenant, "source": "node:ELSEWHERE", "destination": "oms", "letters": [letter | {"id": str(new_id())}]}
    )


def post(body: bytes, secret: str, *, late: timedelta = timedelta(), headers: Mapping[str, str] = MappingProxyType({})) -> Any:
    at = clock.now() - late
    signed = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }
    return Client(raise_request_exception=False).post(DOOR, body, content_type="application/json", headers=signed | dict(headers))


def test_our_secret_opens_our_inbox_and_not_the_neighbors(neighbors: Neighbors) -> None:
    (ours, theirs), (secret,) = codes(neighbors), neighbors.ours.issued.routes
    before = neighbors.marked.state()
    assert post(batch(ours, neighbors), secret).status_code == 200  # taken or refused by what it says, but let in
    answer = post(batch(theirs, neighbors), secret)
    assert answer.status_code == 401
    assert not neighbors.marked.shown(answer, theirs)
    assert neighbors.marked.state() == before


def test_what_is_not_signed_late_or_altered_is_let_in_nowhere(neighbors: Neighbors) -> None:
    (ours, _), (secret,) = codes(neighbors), neighbors.ours.issued.routes
    body = batch(ours, neighbors)
    taken = letters_taken(neighbors)
    other = "whsec_" + "A" * 43 + "="
    unsigned = Client(raise_request_exception=False).post(DOOR, body, content_type="application/json")
    answers = [
        *(
            unsigned,
            post(body, other),
            post(body, secret, late=timedelta(minutes=6)),
            post(body, secret, late=-timedelta(minutes=6)),
        ),
        *(post(body, secret, headers={"webhook-id": "msg_2"}), post(body, secret, headers={"webhook-signature": "v1,AAAA"})),
        *(post(body, secret, headers={"webhook-timestamp": "soon"}), post(body, secret, headers={"webhook-signature": ""})),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert letters_taken(neighbors) == taken


def test_an_unknown_business_looks_like_a_forged_signature(neighbors: Neighbors) -> None:
    (secret,) = neighbors.ours.issued.routes
    nobody, theirs = post(batch("nobody-here", neighbors), secret), post(batch(codes(neighbors)[1], neighbors), secret)
    assert (nobody.status_code, nobody.content) == (theirs.status_code, theirs.content)


def letters_taken(neighbors: Neighbors) -> int:
    with as_owner(neighbors.ours.by.tenant_id) as owner:
        row = owner.execute("SELECT count(*) FROM contract_inbox WHERE tenant_id = %s", (neighbors.ours.by.tenant_id,)).fetchone()
    assert row
    return int(row[0])
