"""Letters over real HTTP: this installation posts to itself, under a route that names its own address."""

from __future__ import annotations

import base64
import os
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
import orjson
import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.contract import views
from orderhouse.contract.deliver_waiting import rests
from orderhouse.contract.mailbox import DeliveryReport, Letter, deliver_waiting, put
from orderhouse.contract.messages import CancelRelease
from orderhouse.contract.outbox import MOST_TRIES, Claimed
from orderhouse.contract.receivers import registered
from orderhouse.contract.routes import set_route
from orderhouse.contract.tests.receivers import Receiver, noted, receiving
from orderhouse.contract.tests.test_mailbox import cancel, inbox_rows, outbox_rows
from orderhouse.contract.transports import http
from orderhouse.database import execute, fetch_value
from orderhouse.kernel.errors import InvalidInput

_client = httpx.Client(trust_env=False, timeout=20)


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class _Django(WSGIHandler):
    def __call__(self, environ: Any, start_response: Any) -> Any:
        try:
            return list(super().__call__(environ, start_response))
        finally:
            connection.close()  # each request has a thread of its own


@contextmanager
def serving(application: Callable[..., Any]) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/inbox"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with override_settings(ROOT_URLCONF="orderhouse.contract.urls"), serving(_Django()) as url:
        yield url


@pytest.fixture
def node() -> Iterator[Receiver]:
    with receiving("node:") as receiver:
        yield receiver


@pytest.fixture
def secret(business: Any, address: str) -> str:
    """Both ends of one road."""
    shared = set_route(by=business.by, destination="node:*", url=address)
    return set_route(by=business.by, destination="oms", url=address, secret=shared)


def end_session(pid: int) -> None:
    """As the database's owner, end another session, as a restart would."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def batch(business: Any, *releases: str, **envelope: Any) -> bytes:
    letters = [
        {
            "id": str(number),
            "type": "CancelRelease",
            "version": 1,
            "subject": release,
            "actor": "ada",
            "created_at": "2026-03-02T09:00:00Z",
            "payload": {"release": release, "node": "BER", "reason": "buyer"},
        }
        for number, release in enumerate(releases, start=1)
    ]
    return orjson.dumps({"tenant": business.code, "source": "oms", "destination": "node:BER", "letters": letters} | envelope)


def post(address: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    return _client.post(address, content=body, headers=raw)


def signed(secret: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
    return http.sign(secret, "batch_1", body, at=at or datetime.now(UTC))


def test_letters_arrive_over_http_in_order_and_once(business: Any, node: Receiver, secret: str) -> None:
    put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2"), cancel("R3", "HAM")])
    assert noted(business.tenant_id) == []
    assert deliver_waiting(tenant_id=business.tenant_id, at=business.by.at) == DeliveryReport(3, delivered=3)
    assert sorted(noted(business.tenant_id)) == ["R1", "R2", "R3"]
    assert inbox_rows(business.tenant_id) == [("oms", "R1", "done"), ("oms", "R2", "done"), ("oms", "R3", "done")]
    assert {state for _, state, _ in outbox_rows(business.tenant_id)} == {"delivered"}


def test_an_answer_that_was_lost_doubles_nothing(business: Any, node: Receiver, address: str, secret: str) -> None:
    lose = [True]

    def losing(environ: Any, start_response: Any) -> Any:
        answer = _in_full(environ, start_response)
        if lose.pop() if lose else False:
            raise ConnectionAbortedError("cut")
        return answer

    in_full = _Django()

    def _in_full(environ: Any, start_response: Any) -> Any:
        status: list[Any] = []
        body = in_full(environ, lambda *args: status.extend(args))
        if not lose:
            start_response(*status)
        return body

    with serving(losing) as unreliable:
        set_route(by=business.by, destination="node:*", url=unreliable, secret=secret)
        put(by=business.by, source="oms", letters=[cancel("R1")])
        deliver_waiting(tenant_id=business.tenant_id, at=business.by.at)
        assert noted(business.tenant_id) == ["R1"]
        rests.held(business.tenant_id, "node:BER")
        at = business.by.at + timedelta(hours=7)
        assert deliver_waiting(tenant_id=business.tenant_id, at=at) == DeliveryReport(1, delivered=1)
    assert noted(business.tenant_id) == ["R1"]


def test_a_refusal_over_there_is_told_here(business: Any, node: Receiver, secret: str) -> None:
    node.unwanted, node.broken = {"R2"}, {"R3"}
    put(by=business.by, source="oms", letters=[cancel("R1"), cancel("R2"), cancel("R3"), cancel("R4")])
    report = deliver_waiting(tenant_id=business.tenant_id, at=business.by.at)
    assert report == DeliveryReport(4, delivered=2, refused=1, put_back=1)
    assert outbox_rows(business.tenant_id) == [
        ("R1", "delivered", ""),
        ("R2", "delivered", "refused: Release R2 cannot be taken today."),
        ("R3", "waiting", "The receiver failed; its log says why."),
        ("R4", "delivered", ""),
    ]


def test_a_letter_the_other_side_chokes_on_is_found_among_its_neighbors(business: Any, secret: str) -> None:
    asked: list[int] = []

    def choking(environ: Any, start_response: Any) -> Any:
        letters = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))["letters"]
        asked.append(len(letters))
        if any(letter["subject"] == "R5" for letter in letters):
            start_response("500 Internal Server Error", [])
            return [b"choked"]
        start_response("200 OK", [])
        return [orjson.dumps({"receipts": [{"id": letter["id"], "state": "done"} for letter in letters]})]

    with serving(choking) as address:
        set_route(by=business.by, destination="node:*", url=address, secret=secret)
        put(by=business.by, source="oms", letters=[cancel(f"R{n}") for n in range(8)])
        report = deliver_waiting(tenant_id=business.tenant_id, at=business.by.at)
        assert report == DeliveryReport(8, delivered=7, put_back=1)
        assert len(asked) <= 7
        at = business.by.at
        for _ in range(MOST_TRIES - 1):
            at += timedelta(hours=7)
            deliver_waiting(tenant_id=business.tenant_id, at=at)
    assert [row for row in outbox_rows(business.tenant_id) if row[1] != "delivered"] == [("R5", "dead", "HTTP 500: choked")]


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b'{"receipts": []}', b'{"receipts": [{"id": "x", "state": "done"}]}', b'{"receipts": [null]}', b"\xff" * 99],
)
def test_an_answer_that_is_no_list_of_receipts_delivers_nothing(business: Any, secret: str, answer: bytes) -> None:
    def babbling(environ: Any, start_response: Any) -> Any:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [])
        return [answer]

    with serving(babbling) as address:
        set_route(by=business.by, destination="node:*", url=address, secret=secret)
        put(by=business.by, source="oms", letters=[cancel("R1")])
        assert deliver_waiting(tenant_id=business.tenant_id, at=business.by.at) == DeliveryReport(1, put_back=1)


def test_a_redirect_is_not_followed(business: Any, secret: str) -> None:
    seen: list[str] = []

    def elsewhere(environ: Any, start_response: Any) -> Any:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        seen.append(environ["PATH_INFO"])
        start_response("307 Temporary Redirect", [("Location", "/elsewhere")])
        return []

    with serving(elsewhere) as address:
        set_route(by=business.by, destination="node:*", url=address, secret=secret)
        put(by=business.by, source="oms", letters=[cancel("R1")])
        assert deliver_waiting(tenant_id=business.tenant_id, at=business.by.at) == DeliveryReport(1, put_back=1)
    assert seen == ["/inbox"]


def test_a_batch_signed_with_another_secret_is_refused(business: Any, node: Receiver, address: str, secret: str) -> None:
    body = batch(business, "R1")
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    assert post(address, body, signed(other, body)).status_code == 401
    assert post(address, body, {}).status_code == 401
    assert post(address, body, signed(secret, body)).status_code == 200
    assert noted(business.tenant_id) == ["R1"]


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize(
    "value", ["", "1", "v1,", "v1", "v1,é".encode().decode("latin-1"), "v1,AAAA v1", "nan", "1e400", "v1,%%%"]
)
def test_a_batch_with_a_tampered_header_is_refused(business: Any, address: str, secret: str, header: str, value: str) -> None:
    body = batch(business, "R1")
    assert post(address, body, signed(secret, body) | {header: value}).status_code == 401


def test_a_tampered_body_is_refused(business: Any, node: Receiver, address: str, secret: str) -> None:
    body = batch(business, "R1")
    headers = signed(secret, body)
    assert post(address, body.replace(b"buyer", b"buyeR"), headers).status_code == 401
    assert noted(business.tenant_id) == []


@pytest.mark.parametrize(("minutes", "status"), [(-6, 401), (-4, 200), (4, 200), (6, 401)])
def test_the_clock_window_fails_closed(
    business: Any, node: Receiver, address: str, secret: str, minutes: int, status: int
) -> None:
    body = batch(business, "R1")
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert post(address, body, signed(secret, body, at)).status_code == status


def test_another_tenant_or_source_does_not_open_with_this_secret(business: Any, address: str, secret: str) -> None:
    for envelope in ({"tenant": "nobody"}, {"source": "channel:WEB"}, {"source": "somebody"}):
        body = batch(business, "R1", **envelope)
        assert post(address, body, signed(secret, body)).status_code == 401


def test_a_warehouse_answers_behind_its_nodes_route(business: Any, address: str, secret: str) -> None:
    """What it sends as ``wms`` is signed with the secret of a node's route, and it speaks for that node only."""
    own = set_route(by=business.by, destination="node:HAM", url=address)
    body = batch(business, "R1", source="wms", destination="oms")
    with receiving("oms"):
        by_star, by_ham = (post(address, body, signed(key, body)).json() for key in (secret, own))
    assert by_star["receipts"][0]["state"] == "done"
    assert by_ham["receipts"][0]["refusal"]["code"] == "not-theirs"
    assert sorted(source for source, _, _ in inbox_rows(business.tenant_id)) == ["node:*", "node:HAM"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"letters": []}, 400),
        ({"letters": None}, 400),
        ({"letters": ["x"]}, 400),
        ({"letters": [{}]}, 400),
        ({"letters": [{"id": 5}]}, 400),
        ({"letters": [{"id": "9" * 19}]}, 400),
        ({"letters": [{"id": "٣"}]}, 400),
        ({"letters": [{}] * (views.MOST_LETTERS + 1)}, 400),
        ({"destination": ""}, 400),
        ({"destination": "moon"}, 404),
        ({"tenant": 5}, 400),
        ({"tenant": "a\x00b"}, 400),
        ({"source": "x" * 201}, 400),
    ],
)
def test_what_is_no_batch_is_told_so(
    business: Any, node: Receiver, address: str, secret: str, change: dict[str, Any], status: int
) -> None:
    body = batch(business, "R1", **change)
    answer = post(address, body, signed(secret, body))
    assert answer.status_code == status
    assert answer.json()["status"] == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 2000 + b"1" + b"}" * 2000])
def test_what_is_no_json_object_is_told_so(business: Any, address: str, secret: str, body: bytes) -> None:
    assert post(address, body, {}).status_code == 400


def test_a_body_past_the_cap_is_refused_unread(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LARGEST_BODY", 1000)
    assert post(address, b"x" * 2000, {}).status_code == 413


def test_only_post_is_answered(address: str) -> None:
    assert _client.get(address).status_code == 405


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**64 - 1).filter(lambda n: n >= -(2**63)) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "version", "subject", "payload", "release"]), inner, max_size=6)
    ),
    max_leaves=10,
)


def test_no_signed_nonsense_is_worse_than_refused(business: Any, node: Receiver, address: str, secret: str) -> None:
    letter = orjson.loads(batch(business, "R1"))["letters"][0]

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.dictionaries(st.sampled_from(sorted(letter)), _json, max_size=3))
    def holds(change: dict[str, Any]) -> None:
        body = batch(business, letters=[letter | change])
        assert post(address, body, signed(secret, body)).status_code in (200, 400)

    holds()


def test_a_lost_database_is_told_as_such_and_found_again(business: Any, node: Receiver, address: str, secret: str) -> None:
    def cut_the_line(*, by: Any, messages: list[Any]) -> None:
        end_session(fetch_value("SELECT pg_backend_pid()"))
        execute("SELECT 1")

    body = batch(business, "R1")
    with registered("node:", {CancelRelease: cut_the_line}):
        answer = post(address, body, signed(secret, body))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert post(address, body, signed(secret, body)).json()["receipts"][0]["state"] == "done"


def test_batches_stay_below_their_size_and_keep_their_order() -> None:
    letters = [
        Claimed(n, "oms", "node:BER", "X", 1, "s", "x" * size, "a", datetime.now(UTC), 1)
        for n, size in enumerate([10, http.LARGEST_BATCH, 5, http.LARGEST_BATCH * 3, 7, 8])
    ]
    cut = http.batches(letters)
    assert [[letter.id for letter in one] for one in cut] == [[0], [1], [2], [3], [4, 5]]


@pytest.mark.parametrize(
    ("field", "given_route"),
    [
        ("destination", {"destination": "wms"}),
        ("destination", {"destination": "node:"}),
        ("url", {"url": "ftp://example.com"}),
        ("url", {"url": "https://"}),
        ("secret", {"secret": "whsec_AAAA"}),
        ("secret", {"secret": "plain"}),
    ],
)
def test_a_route_that_cannot_work_is_refused(business: Any, field: str, given_route: dict[str, str]) -> None:
    route = {"destination": "oms", "url": "https://example.com/contract/v1/inbox"} | given_route
    with pytest.raises(InvalidInput) as refused:
        set_route(by=business.by, **route)
    assert refused.value.field == field


def test_a_letter_is_one_letter_whatever_its_size(business: Any, node: Receiver, secret: str) -> None:
    long = CancelRelease("R1", "BER", "x" * 2000)
    put(by=business.by, source="oms", letters=[Letter("node:BER", "R1", long)])
    assert deliver_waiting(tenant_id=business.tenant_id, at=business.by.at) == DeliveryReport(1, delivered=1)
