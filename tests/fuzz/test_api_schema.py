"""Any request the OpenAPI allows, and many it does not, at a house that is really served: never a 5xx, and what is answered is what was described.

A short seeded run here; ``make fuzz-api EXAMPLES=200`` for a long one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any, cast

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import GenerationMode

from orderhouse.kernel import clock
from orderhouse.people.api_keys import SCOPES, issue_api_key
from tests.browser.full_house import fill
from tests.browser.site import Site, served
from tests.fuzz.flow import Memory, walk
from tests.journeys.house import build_house

EXAMPLES = int(os.environ.get("EXAMPLES", "2"))
"""Requests for each operation."""
STEPS = 400 + 100 * EXAMPLES
"""Requests that follow one another."""
STEPS_OF_A_WALK = 30
KNOWN = {
    **{
        "node_code": ["MAIN", "MAIN", "NORTH"],
        "sku": ["A", "B", "C"],
        "lot_sku": ["LOT"],
        "channel": ["WEB"],
        "owner": ["OWN"],
    },
    **{"carrier": ["own_fleet"], "session_badge": ["MAIN-1"], "session_device": ["S1"]},
}
"""What a partner knows of the house before the first answer."""
REACHED = {
    "submit_orders",
    "get_order",
    "lift_holds",
    "release_order",
    "cancel_order",
    "receive_goods",
    "close_receipt",
    "plan_wave",
    "start_session",
}
"""What a walk that gets anywhere does."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture
def key(business: Any) -> str:
    now = replace(business, by=business.by.when(clock.now()))
    fill(build_house(now))
    return issue_api_key(by=now.by, name="anything", scopes=SCOPES)


@pytest.fixture
def client(site: Site, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {key}"}, timeout=60) as opened:
        yield opened


@pytest.fixture
def operations(client: httpx.Client) -> list[Any]:
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())
    return [cast(Any, found).ok() for found in schema.get_all_operations()]


def test_no_request_the_schema_allows_or_forbids_makes_us_fail(site: Site, client: httpx.Client, operations: list[Any]) -> None:
    faults: list[str] = []
    tried = sum([_try(operation, client, faults) for operation in operations])
    assert not faults, "\n".join(faults[:20])
    assert tried >= 80
    assert not (trace := _trace(site)), trace


def test_requests_that_follow_one_another_never_make_us_fail_and_leave_the_books_in_order(
    site: Site, client: httpx.Client, operations: list[Any]
) -> None:
    """Orders are placed, held, edited, released and cancelled, goods received, waves planned and scanned, in whatever order."""
    by_name = {operation.definition.raw["operationId"]: operation for operation in operations}
    memory, faults = Memory(20260302, KNOWN), list[str]()

    def send(case: Any) -> httpx.Response | None:
        answer = _send(client, case)
        if answer is not None and (fault := fault_of(case.operation, answer)):
            faults.append(_told(answer, fault))
        return answer

    for number in count(1):
        if memory.asked.total() >= STEPS or faults:
            break

        @seed(number)
        @settings(max_examples=8, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(st.integers(0, 2**64), st.data())
        def walks(_: int, data: Any) -> None:
            walk(by_name, memory, lambda operation: data.draw(operation.as_strategy()), send, steps=STEPS_OF_A_WALK)

        with suppress(FlakyStrategyDefinition):  # the house has moved on meanwhile: no walk can be walked twice
            walks()
    assert not faults, "\n".join(faults[:20])
    assert not (trace := _trace(site)), trace
    proof = client.get("/api/v1/books/proof").json()
    assert proof["holds"], [finding for finding in proof["findings"] if finding["violations"]]
    assert memory.done.keys() >= REACHED, f"never done: {sorted(REACHED - memory.done.keys())}"
    assert len(memory.done) > len(operations) / 2, f"{len(memory.done)} of {len(operations)} operations did anything"
    assert memory.followed.total() > STEPS / 20


def _try(operation: Any, client: httpx.Client, faults: list[str]) -> int:
    """Send requests to one operation, right and wrong ones; how many. What is wrong with an answer joins ``faults``."""
    tried = 0
    strategy = st.one_of([operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)])

    @seed(20260302)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def holds(case: Any) -> None:
        nonlocal tried
        tried += 1
        answer = _send(client, case)
        if answer is not None and (fault := fault_of(operation, answer)):
            faults.append(_told(answer, fault))

    holds()
    return tried


def _send(client: httpx.Client, case: Any) -> httpx.Response | None:
    """The answer to a request; None where no client can send it."""
    sent = case.as_transport_kwargs(base_url=str(client.base_url).rstrip("/"))
    try:
        request = client.build_request(
            sent["method"],
            sent["url"],
            params=sent.get("params"),
            json=sent.get("json"),
            headers=_plain(sent.get("headers")),
            content=sent.get("data") if isinstance(sent.get("data"), (bytes, str)) else None,
        )
        return client.send(request)
    except (ValueError, TypeError, httpx.InvalidURL, httpx.LocalProtocolError):
        return None


def _trace(site: Site) -> str:
    """The first traceback the house wrote, with the line before; "" where it wrote none."""
    before, found, after = site.said().partition("Traceback")
    return before[-300:] + found + after[:4000] if found else ""


def _plain(headers: Any) -> dict[str, str]:
    """Headers a client may send; the key is the client's: what is asked of requests without one is asked elsewhere."""
    kept = {
        str(name): str(value) for name, value in dict(headers or {}).items() if str(value).isascii() and str(value).isprintable()
    }
    return {name: value for name, value in kept.items() if name.lower() not in ("authorization", "host", "content-length")}


def _told(answer: httpx.Response, fault: str) -> str:
    request = answer.request
    return f"{request.method} {request.url} {request.content[:300]!r}: {answer.status_code} {fault} {answer.text[:200]}"


def fault_of(operation: Any, answer: httpx.Response) -> str:
    """What is wrong with an answer; "" where nothing is."""
    if answer.status_code >= 500:
        return "is our fault"
    kind = answer.headers.get("content-type", "").split(";")[0]
    if answer.status_code >= 400:
        if kind != "application/problem+json":
            return f"is no problem but {kind}"
        return "" if answer.json().get("detail") else "says nothing"
    try:
        operation.validate_response(answer)
    except Exception as broken:
        return f"is not what was described: {str(broken)[:300]}"
    return ""
