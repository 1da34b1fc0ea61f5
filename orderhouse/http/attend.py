"""Attend to one request: its key, its body, its unit of work, its answer; each command done once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.errors import ValidationError

from orderhouse.database import inside_transaction, savepoint, unit_of_work
from orderhouse.database.statements import Part
from orderhouse.http.bodies import JSON, announced_length, check_media_type, read_body, read_json
from orderhouse.http.faults import Fault, fault_of
from orderhouse.http.keys import Presented, presented_key
from orderhouse.http.problems import MEDIA_TYPE, NotNow, OutcomeUnknown, problem_of
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people.api_keys import Bearer, check_and_ask
from orderhouse.people.idempotency import StoredAnswer, claim_key, fingerprint, store_answer

TRIES = 3
SMALL_BODY = 64 * 1024
"""Up to this many bytes a body is read before its key is checked, so that both need one transaction."""

T = TypeVar("T")


class Call(HttpRequest):
    """A request whose key has been checked: ``by`` commands in its name. ``payload`` is the JSON of its body, if any; ``told`` the rows of
    what its operation asked beforehand, if it did."""

    by: By
    bearer: Bearer
    payload: Any
    told: list[tuple[Any, ...]] | None


@dataclass(frozen=True, slots=True)
class Manner:
    """How an operation is attended to.

    ``scope`` is what its key needs. ``command``: it changes something (a body, Idempotency-Key). ``own_work``: it opens its units of work itself, because what
    it calls must stand outside any, or because it streams. ``shares``: so it does where no Idempotency-Key binds answer and effect to
    one transaction; then several requests may share a commit. ``accepts``: media types of the body. ``parses`` False leaves the
    body to the operation (a stream, or JSON that is kept even when it is malformed). ``streams``: media type for which it
    has its own work and its own reading. ``asks``: the one statement of a read that can be told from the request alone, and then goes
    out together with the key's check, with no unit of work; None where it cannot.
    """

    scope: str
    command: bool = False
    own_work: bool = False
    shares: bool = False
    accepts: tuple[str, ...] = (JSON,)
    parses: bool = True
    streams: str = ""
    asks: Callable[[HttpRequest, int], Part | None] | None = None


class Act(Protocol):
    def __call__(self, request: HttpRequest) -> HttpResponseBase: ...


def attend(request: HttpRequest, manner: Manner, act: Act) -> HttpResponseBase:
    """Answer a request; never raises. Refusals are problems, and roll back what was done."""
    try:
        _refuse_nul(request)
        key = presented_key(request)
        if manner.streams and request.content_type == manner.streams:
            _check(request, manner, key)
            return act(request)
        _read(request, manner, key)
        request.told = None  # type: ignore[attr-defined]
        if manner.asks and _looking(lambda: _asked(request, manner, key)):
            return act(request)
        if manner.own_work or (manner.shares and not _command_key(request)):
            _check(request, manner, key)
            return _once_by_itself(request, manner, act)
        return patiently(key.tenant_id, lambda: _act(request, manner, key, act), repeatable=_is_repeatable(request))
    except Exception as error:
        return problem_of(error, request)


def patiently(tenant_id: int, work: Callable[[], T], *, repeatable: bool = True) -> T:
    """Run ``work`` in one unit of work, again (up to :data:`TRIES` times) when it collided with another or its connection was
    lost; inside a unit of work already it is run there, once. Raises :class:`NotNow` when that does not help;
    :class:`OutcomeUnknown` when the connection was lost in the commit of something that is not ``repeatable``."""
    if inside_transaction():
        return work()
    finished = False

    def in_one() -> T:
        nonlocal finished
        finished = False
        with unit_of_work(tenant_id):
            answer = work()
            finished = True
        return answer

    return _again(in_one, lambda: finished and not repeatable)


def repeatedly(work: Callable[[], T]) -> T:
    """Run ``work``, which opens its own units of work and may be repeated, up to :data:`TRIES` times as :func:`patiently` does. Where
    a connection was lost on the way and no try came to an end, nobody knows what took effect: :class:`OutcomeUnknown`."""
    lost = False

    def noticing() -> T:
        nonlocal lost
        try:
            return work()
        except Exception as error:
            lost = lost or fault_of(error) is Fault.LOST
            raise

    try:
        return _again(noticing, lambda: False)
    except NotNow as error:
        if lost:
            raise OutcomeUnknown() from error
        raise


def _looking(work: Callable[[], T]) -> T:
    """Run ``work``, which changes nothing and is its own transaction, with the patience of :func:`patiently`."""
    return work() if inside_transaction() else _again(work, lambda: False)


def _again(work: Callable[[], T], is_unknown: Callable[[], bool]) -> T:
    for attempt in range(1, TRIES + 1):
        try:
            return work()
        except Exception as error:
            fault = fault_of(error)
            if fault is None:
                raise
            if fault is Fault.LOST:
                connection.close()
                if is_unknown():
                    raise OutcomeUnknown() from error
            if fault is Fault.EXHAUSTED or attempt == TRIES:
                raise NotNow() from error
        time.sleep(random.uniform(0.005, 0.03) * attempt)
    raise AssertionError("the last try returns or raises")


def _act(request: HttpRequest, manner: Manner, key: Presented, act: Act) -> HttpResponseBase:
    _identify(request, manner, key)
    command_key = _command_key(request)
    if not (manner.command and command_key):
        return act(request)
    by: By = request.by  # type: ignore[attr-defined]
    stored = claim_key(by=by, key=command_key, fingerprint=_fingerprint(request))
    if stored:
        return _replayed(stored)
    try:
        with savepoint():
            answer = act(request)
    except (Refusal, ValidationError) as refusal:  # kept and replayed too, as Stripe does
        answer = problem_of(refusal, request)
        if answer.status_code >= 500:
            raise
    store_answer(by=by, key=command_key, answer=StoredAnswer(answer.status_code, _content(answer)))
    return answer


def _once_by_itself(request: HttpRequest, manner: Manner, act: Act) -> HttpResponseBase:
    """A command with units of work of its own is safe to repeat by itself; its answer is kept after it, all the same."""
    by: By = request.by  # type: ignore[attr-defined]
    command_key = _command_key(request)
    if not (manner.command and command_key):
        return act(request)
    mark = _fingerprint(request)
    try:
        with unit_of_work(by.tenant_id):
            if stored := claim_key(by=by, key=command_key, fingerprint=mark):
                return _replayed(stored)
            raise _NotYet
    except _NotYet:
        answer = act(request)
    with unit_of_work(by.tenant_id):
        if claim_key(by=by, key=command_key, fingerprint=mark) is None:
            store_answer(by=by, key=command_key, answer=StoredAnswer(answer.status_code, _content(answer)))
    return answer


class _NotYet(Exception):
    """Undoes the claim of a key that no answer is kept for."""


def _read(request: HttpRequest, manner: Manner, key: Presented) -> None:
    """Read the body, if the operation takes one. A large one is read, and what is wrong with one is told, only for a right key."""
    if not manner.command:
        return
    try:
        if announced_length(request) > SMALL_BODY:
            _check(request, manner, key)
        _take_body(request, manner)
    except Refusal:
        _check(request, manner, key)
        raise


def _take_body(request: HttpRequest, manner: Manner) -> None:
    if request.META.get("CONTENT_LENGTH") not in (None, "", "0"):
        check_media_type(request, manner.accepts)
    body = read_body(request)
    request.payload = None  # type: ignore[attr-defined]
    if manner.parses and body:
        if b"\\u0000" in body:
            raise InvalidInput(field="body", reason="it holds a NUL character (\\u0000)", remedy="Leave it out.")
        request.payload = read_json(body)  # type: ignore[attr-defined]


def _check(request: HttpRequest, manner: Manner, key: Presented) -> None:
    _looking(lambda: _identify(request, manner, key))


def _asked(request: HttpRequest, manner: Manner, key: Presented) -> bool:
    """Whether the operation told its statement beforehand: then the key is checked, and the statement answered."""
    assert manner.asks
    asked = manner.asks(request, key.tenant_id)
    if asked is None:
        return False
    (request.told,) = _identify(request, manner, key, asked)  # type: ignore[attr-defined]
    return True


def _identify(request: HttpRequest, manner: Manner, key: Presented, *asked: Part) -> list[list[tuple[Any, ...]]]:
    at = clock.now()
    bearer, told = check_and_ask(key.text, at=at, asked=asked)
    bearer.must_have(manner.scope)
    request.bearer = bearer  # type: ignore[attr-defined]
    request.by = By(  # type: ignore[attr-defined]
        bearer.tenant_id, f"key:{bearer.name}", at, device="api", command_id=request.META.get("HTTP_IDEMPOTENCY_KEY", "")[:255]
    )
    return told


def _command_key(request: HttpRequest) -> str:
    text = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if text is None:
        return ""
    if not 1 <= len(text) <= 255 or not text.isprintable():
        raise InvalidInput(
            field="Idempotency-Key", reason="it is not 1 to 255 printable characters", remedy="Send a fresh UUID, for example."
        )
    return str(text)


def _is_repeatable(request: HttpRequest) -> bool:
    return request.method == "GET" or "HTTP_IDEMPOTENCY_KEY" in request.META


def _fingerprint(request: HttpRequest) -> bytes:
    return fingerprint(request.method or "", request.get_full_path(), request.body)


def _replayed(stored: StoredAnswer) -> HttpResponse:
    kind = JSON if stored.status < 400 else MEDIA_TYPE
    return HttpResponse(stored.body, status=stored.status, content_type=kind, headers={"Idempotency-Replayed": "true"})


def _content(answer: HttpResponseBase) -> bytes:
    return answer.content if isinstance(answer, HttpResponse) else b""


def _refuse_nul(request: HttpRequest) -> None:
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        raise InvalidInput(field="address", reason="it holds a NUL character", remedy="Leave it out.")
