"""Any request the OpenAPI allows, and many it does not, at a house that is really served: never a 5xx, and what is answered is what was described.

A short seeded run here; ``make fuzz-api EXAMPLES=200`` for a long one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from orderhouse.kernel import clock
from orderhouse.people.api_keys import SCOPES, issue_api_key
from tests.browser.full_house import fill
from tests.browser.site import Site, served
from tests.journeys.house import build_house

EXAMPLES = int(os.environ.get("EXAMPLES", "2"))
"""Requests for each operation."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture
def key(business: Any) -> str:
    now = replace(business, by=business.by.when(clock.now()))
    fill(build_house(now))
    return issue_api_key(by=now.by, name="anything", scopes=SCOPES)


def test_no_request_the_schema_allows_or_forbids_makes_us_fail(site: Site, key: str) -> None:
    client = httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    described = client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(described)
    faults: list[str] = []
    operations: list[Any] = [cast(Any, found).ok() for found in schema.get_all_operations()]
    tried = sum([_try(operation, described, client, key, faults) for operation in operations])
    assert not faults, "\n".join(faults[:20])
    assert tried >= 80
    assert "Traceback" not in site.said()


def _try(operation: Any, described: Any, client: httpx.Client, key: str, faults: list[str]) -> int:
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
        sent = case.as_transport_kwargs(base_url=str(client.base_url).rstrip("/"))
        try:
            request = client.build_request(
                sent["method"],
                sent["url"],
                params=sent.get("params"),
                json=sent.get("json"),
                headers=_plain(sent.get("headers"), key),
                content=sent.get("data") if isinstance(sent.get("data"), (bytes, str)) else None,
            )
            answer = client.send(request)
        except (ValueError, TypeError, httpx.InvalidURL, httpx.LocalProtocolError):
            return  # no client can send this
        if fault := fault_of(described, operation, answer):
            faults.append(
                f"{sent['method']} {request.url} {str(sent.get('json'))[:300]}: {answer.status_code} {fault} {answer.text[:200]}"
            )

    holds()
    return tried


def _plain(headers: Any, key: str) -> dict[str, str]:
    """Headers a client may send, with our key: what is asked of requests without one is asked elsewhere."""
    kept = {
        str(name): str(value) for name, value in dict(headers or {}).items() if str(value).isascii() and str(value).isprintable()
    }
    return {name: value for name, value in kept.items() if name.lower() not in ("authorization", "host", "content-length")} | {
        "Authorization": f"Bearer {key}"
    }


def fault_of(described: Any, operation: Any, answer: httpx.Response) -> str:
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
