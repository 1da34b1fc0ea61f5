"""A door of the scanner: who may use it, what it reads, and how a refusal is told. Everything it says is JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.scanner.hands import Hand, Person, hand_of, person_of

LARGEST_BODY = 1024 * 1024
"""Bytes: a thousand scans of the longest labels."""

Body = Mapping[str, Any]
View = Callable[..., HttpResponse]


class NotEnrolled(Refusal):
    """The browser is no known device, or was revoked."""

    sentence = "This device is not enrolled."
    remedy = "A warehouse manager enrolls it once at /scanner/."
    status = 401


class NobodySignedIn(Refusal):
    """The device is known, but nobody holds it."""

    sentence = "Nobody is signed in on this scanner."
    remedy = "Scan your badge."
    status = 401


class NotYours(Refusal):
    """The person may not do this."""

    sentence = "This takes a warehouse manager."
    remedy = "Ask one to sign in on this device."
    status = 403


def answer(value: object, *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(value, default=str), content_type="application/json", status=status, headers=_PRIVATE)


def at_badge(method: str = "POST") -> Callable[[View], View]:
    """Open to the badge signed in on an enrolled device; the view gets its :class:`Hand`."""

    def who(request: HttpRequest) -> Hand:
        hand = hand_of(request)
        if hand is None:
            raise NotEnrolled()
        if hand.badge is None:
            raise NobodySignedIn()
        return hand

    return _door(method, "a badge signed in on an enrolled device", who)


def at_device(method: str = "POST") -> Callable[[View], View]:
    """Open to an enrolled device, whoever holds it; the view gets its :class:`Hand`."""

    def who(request: HttpRequest) -> Hand:
        if (hand := hand_of(request)) is None:
            raise NotEnrolled()
        return hand

    return _door(method, "an enrolled device", who)


def at_console(method: str = "POST") -> Callable[[View], View]:
    """Open to somebody signed in on the console; the view gets the :class:`Person` and looks at their roles."""

    def who(request: HttpRequest) -> Person:
        if (person := person_of(request)) is None:
            raise NotYours()
        return person

    return _door(method, "a person signed in on the console", who)


def at_anyone(method: str = "GET") -> Callable[[View], View]:
    """Open to anyone who knows the address: tells no more than who they themselves are."""
    return _door(method, "public: tells a browser who it is itself", lambda request: None)


def _door(method: str, policy: str, who: Callable[[HttpRequest], Any]) -> Callable[[View], View]:
    def make(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                return HttpResponseNotAllowed([method])
            try:
                someone = who(request)
                return view(request, someone, _body(request)) if method == "POST" else view(request, someone)
            except Refusal as refusal:
                return answer(refusal.as_problem(), status=refusal.status)

        opened.policy = policy  # type: ignore[attr-defined]
        return opened

    return make


def _body(request: HttpRequest) -> Body:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise InvalidInput(field="body", reason=f"it has more than {LARGEST_BODY:,} bytes", remedy="Send fewer scans at a time.")
    if request.content_type != "application/json":  # a form of another site cannot send this
        raise InvalidInput(field="body", reason="it is not JSON")
    try:
        body = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        raise InvalidInput(field="body", reason="it is not JSON") from None
    if not isinstance(body, dict):
        raise InvalidInput(field="body", reason="it is not an object")
    return body


def text(body: Body, name: str, *, longest: int = 200) -> str:
    """A text of the body, "" where it is missing."""
    value = body.get(name) or ""
    if not isinstance(value, str) or len(value) > longest or not value.replace("\u001d", "").isprintable():
        raise InvalidInput(field=name, reason="it is no text of a label")
    return value


_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
