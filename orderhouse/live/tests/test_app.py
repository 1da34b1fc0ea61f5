"""The stream over HTTP, from the process as ``serve`` starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, unit_of_work
from orderhouse.people.define_person import define_person, grant_roles

PASSWORD = "a long enough password"
ORIGIN = "http://127.0.0.1:5999"


def start(port: int) -> subprocess.Popen[bytes]:
    options = ["live", "--port", str(port), "--console", ":5999"]
    process = subprocess.Popen([sys.executable, "-m", "orderhouse.config.cli", *options], env=os.environ.copy())
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=2)
            return process
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("it does not answer")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(port)
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def person(business: Any, *roles: str) -> tuple[int, dict[str, str]]:
    """A person's id and the cookies of their browser."""
    email = f"{uuid.uuid4().hex[:10]}@example.com"
    user_id = define_person(email=email, name="Ada", password=PASSWORD)
    grant_roles(by=business.by, user_id=user_id, roles=roles)
    browser = Client()
    assert browser.post("/sign-in", {"email": email, "password": PASSWORD}).status_code == 302
    return user_id, {"sessionid": browser.cookies["sessionid"].value}


def happen(business: Any, subject: int) -> None:
    record_events(by=business.by, events=[Event("order", subject, "order-held", {})])


def data(stream: httpx.Response) -> Iterator[str]:
    return (line for line in stream.iter_lines() if line.startswith("data:"))


def test_only_people_of_the_house_and_only_its_own_pages_may_listen(address: str, business: Any) -> None:
    _, cookies = person(business, "order_desk")
    assert httpx.get(f"{address}/events").status_code == 401
    assert httpx.get(f"{address}/events", cookies={"sessionid": "forged:1abc:def"}).status_code == 401
    foreign = httpx.get(f"{address}/events", cookies=cookies, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert "access-control-allow-origin" not in foreign.headers
    assert httpx.get(f"{address}/events", cookies=cookies, headers={"Host": "elsewhere.example"}).status_code == 400
    with httpx.stream("GET", f"{address}/events", cookies=cookies, headers={"Origin": ORIGIN}) as stream:
        assert stream.status_code == 200
        assert stream.headers["access-control-allow-origin"] == ORIGIN
        assert stream.headers["access-control-allow-credentials"] == "true"
        assert stream.headers["content-type"].startswith("text/event-stream")


def test_a_commit_is_heard_with_an_id_from_which_one_may_go_on(address: str, business: Any) -> None:
    _, cookies = person(business, "order_desk")
    params = {"topics": "orders,order:5"}
    with httpx.stream("GET", f"{address}/events", params=params, cookies=cookies, timeout=20) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        assert '"topics":["*"]' in next(line for line in lines if line.startswith("data:"))  # the watcher begins to look
        happen(business, 5)
        told = [next(line for line in lines if line.startswith(name)) for name in ("id:", "data:")]
    assert re.search(r'"topics":\["order:5","orders"\],"at":\d{13}', told[1])
    happen(business, 6)
    time.sleep(1)
    headers = {"Last-Event-ID": told[0].removeprefix("id: ")}
    with httpx.stream("GET", f"{address}/events", params=params, cookies=cookies, headers=headers, timeout=20) as stream:
        assert '"topics":["orders"]' in next(data(stream))


def test_whoever_loses_their_role_hears_no_more(address: str, business: Any) -> None:
    user_id, cookies = person(business, "order_desk")
    with httpx.stream("GET", f"{address}/events", params={"topics": "orders"}, cookies=cookies, timeout=30) as stream:
        assert stream.status_code == 200
        with unit_of_work(business.tenant_id):
            execute("DELETE FROM people_membership WHERE tenant_id = %s AND user_id = %s", (business.tenant_id, user_id))
        assert all('"*"' in line for line in data(stream))  # and it ended
    assert httpx.get(f"{address}/events", cookies=cookies).status_code == 401
