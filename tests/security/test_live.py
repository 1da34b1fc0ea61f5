"""The stream that tells open pages what moved tells nobody what moves next door."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.add_note import add_note
from tests.security.houses import Neighbors

PATIENCE = 60.0


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A live process of our own; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = ("--host", "127.0.0.1", "--port", str(port), "--console", ":1")
    with (tmp_path_factory.mktemp("live") / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "orderhouse.config.cli", "live", *where],
            env=os.environ,
            stdout=log,
            stderr=log,
            cwd=Path.cwd(),
        )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{address}/health"))
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Listening:
    """What one browser was told so far."""

    def __init__(self, address: str, session: str, topics: str) -> None:
        self.told: list[str] = []
        self._client = httpx.Client(timeout=PATIENCE)
        self._answer = self._client.send(
            self._client.build_request("GET", f"{address}/events", params={"topics": topics}, cookies={"sessionid": session}),
            stream=True,
        )
        assert self._answer.status_code == 200, self._answer.read()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for line in self._answer.iter_lines():
                if line.startswith("data: "):
                    self.told += orjson.loads(line[6:])["topics"]
        except httpx.HTTPError:
            return

    def close(self) -> None:
        self._answer.close()
        self._client.close()


def test_a_stream_tells_of_our_orders_and_never_of_the_neighbors(stream: str, neighbors: Neighbors) -> None:
    ours, theirs = neighbors.ours, neighbors.theirs
    mine, foreign_order = ours.known["order_id"], theirs["order_id"]
    node, item = theirs["node_code"], theirs["item_id"]
    topics = f"order:{mine},order:{foreign_order},item:{item},floor:{node}"
    listening = Listening(stream, ours.browser("admin").cookies["sessionid"].value, topics)
    try:
        until(lambda: "*" in listening.told)  # from here on it is told everything it may hear
        add_note(by=By(theirs.tenant_id, "them", clock.now()), order_id=foreign_order, text="next door")
        add_note(by=ours.by.when(clock.now()), order_id=mine, text="at home")
        until(lambda: f"order:{mine}" in listening.told)
        time.sleep(1.0)  # three more looks
    finally:
        listening.close()
    assert set(listening.told) == {"*", f"order:{mine}"}
    with unit_of_work(theirs.tenant_id):
        assert (
            fetch_value("SELECT count(*) FROM contract_event WHERE tenant_id = %s AND actor = 'them'", (theirs.tenant_id,)) == 1
        )


def test_a_stream_opens_to_nobody_without_a_desk_and_to_no_other_site(stream: str, neighbors: Neighbors) -> None:
    session = neighbors.ours.browser("admin").cookies["sessionid"].value
    stranger = neighbors.ours.browser("stranger").cookies["sessionid"].value
    for cookie in ("", "forged", session[:-1], stranger):
        assert httpx.get(f"{stream}/events?topics=orders", cookies={"sessionid": cookie}).status_code == 401
    elsewhere = httpx.get(
        f"{stream}/events?topics=orders", cookies={"sessionid": session}, headers={"origin": "https://evil.example"}
    )
    assert elsewhere.status_code == 403
    assert httpx.get(f"{stream}/events", headers={"host": "evil.example"}).status_code == 400
    assert not neighbors.marked.shown(_told(httpx.get(f"{stream}/health")), "")


class _told:
    """An answer of the live process, as one of Django's is read."""

    streaming = False

    def __init__(self, answer: httpx.Response) -> None:
        self.content, self.headers = answer.content, answer.headers
