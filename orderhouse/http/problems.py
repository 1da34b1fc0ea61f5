"""Every "no" over HTTP is a problem (RFC 9457): what is wrong, where, and how to mend it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError
from psycopg import DataError

from orderhouse.http.faults import has_cause
from orderhouse.kernel.errors import InvalidInput, Refusal

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_WORDING = frozenset({"problems", "s", "are", "first", "count"})
"""Facts that only make the sentence; ``problems`` stands beside them."""
EXACT_IN_JSON = 2**53
"""Above it a number read by JavaScript is no longer the number we sent."""


class MalformedJson(Refusal):
    """The body is not JSON."""

    sentence = "The body is not JSON: {reason} at line {line}, column {column}."
    remedy = "Correct the JSON there and send it again."
    status = 400


class EmptyBody(Refusal):
    """A body was needed."""

    sentence = "The body is empty."
    remedy = "Send a JSON body; the fields are described at /api/v1/docs."
    status = 400


class BodyBrokeOff(Refusal):
    """The connection ended before the body did."""

    sentence = "The body broke off after {received} of {announced} bytes."
    remedy = "Send it again."
    status = 400


class BodyTooLarge(Refusal):
    """A body past the cap."""

    sentence = "The body has {announced} bytes where {most} fit."
    remedy = "Send fewer at a time; orders of any number fit as application/x-ndjson."
    status = 413


class UnsupportedMediaType(Refusal):
    """The body comes as something we do not read here."""

    sentence = "This address does not read {given}."
    remedy = "Send it with the header Content-Type: {accepted}."
    status = 415


class NoSuchAddress(Refusal):
    """Nothing is there."""

    sentence = "There is nothing at {path}."
    remedy = "Compare the address with the list at /api/v1/docs."
    status = 404


class MethodNotAllowed(Refusal):
    """The address exists, but not for that."""

    sentence = "This address answers {allowed} only."
    remedy = "Use one of these methods."
    status = 405


class UnreadableRequest(Refusal):
    """What came is no request that can be read."""

    sentence = "The request cannot be read."
    remedy = "Check how it is put together: its head, its address, the number of its fields."
    status = 400


class UnknownHost(Refusal):
    """The Host header names no address of this house (RFC 9110, section 15.5.20)."""

    sentence = "This house is not known under the host the request names."
    remedy = "Use the address it is served at; whoever runs it names further ones in ORDERHOUSE_HOSTS."
    status = 421


class InvalidFields(Refusal):
    """Fields of the request that can never be right, all of them."""

    sentence = "{count} field{s} of the request {are} not right: {first}"
    remedy = "Mend every field named in problems."
    status = 422


class OutOfRange(Refusal):
    """A value the database cannot hold."""

    sentence = "A value of the request is out of range, or holds characters that cannot be kept."
    remedy = "Check numbers for extra digits, and texts for control characters."
    status = 422


class NotNow(Refusal):
    """The database is away or too busy; nothing took effect."""

    sentence = "This cannot be done right now; nothing took effect."
    remedy = "Repeat the request in a few seconds."
    status = 503


class OutcomeUnknown(Refusal):
    """The database was lost while the commit was under way."""

    sentence = "The database was lost at the last moment: the command may have taken effect or not."
    remedy = "Look before you repeat it. Under an Idempotency-Key it can simply be repeated."
    status = 503


class UnexpectedError(Refusal):
    """Our own fault; what exactly is in the log, not in the answer."""

    sentence = "Something went wrong here; nothing took effect."
    remedy = "Try again; if it stays, tell whoever runs Orderhouse the time of this request."
    status = 500


def problem(refusal: Refusal, *, instance: str = "", **members: Any) -> HttpResponse:
    """The refusal as an ``application/problem+json`` answer; ``members`` are added to it (RFC 9457, section 3.2)."""
    said = refusal.as_problem() | members
    if "facts" in said:
        said["facts"] = {name: _plain(fact) for name, fact in said["facts"].items() if name not in _WORDING}
        if "problems" in refusal.facts:
            said["problems"] = refusal.facts["problems"]
        if not said["facts"]:
            del said["facts"]
    if instance:
        said["instance"] = instance
    body = orjson.dumps(said, default=str, option=orjson.OPT_NON_STR_KEYS)
    response = HttpResponse(body, status=refusal.status, content_type=MEDIA_TYPE)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="orderhouse"'
    elif refusal.status == 503:
        response["Retry-After"] = "2"
    elif isinstance(refusal, MethodNotAllowed):
        response["Allow"] = str(refusal.facts["allowed"])
    return response


def problem_of(error: Exception, request: HttpRequest) -> HttpResponse:
    """Any error as a problem: refusals as they speak, what nobody foresaw as a 500 that is logged and tells nothing."""
    refusal = refusal_of(error)
    if refusal.status >= 500 and refusal is not error:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(refusal, instance=request.path)


def refusal_of(error: Exception) -> Refusal:
    """What the error means to the caller."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationError):
        return invalid_fields(error.errors)
    if isinstance(error, Http404):
        return NoSuchAddress(path="this address")
    if isinstance(error, (HttpError, MultiPartParserError)):
        return InvalidInput(field="body", reason=str(error))
    if has_cause(error, DataError):
        log.warning("a value could not be kept", exc_info=error)
        return OutOfRange()
    return UnexpectedError()


def invalid_fields(errors: Iterable[Mapping[str, Any]]) -> InvalidFields:
    """What the validation found, field by field, in the order of the fields."""
    problems = [{"field": _path(error["loc"]), "reason": _reason(error), "remedy": ""} for error in errors]
    count = len(problems)
    first = f"{problems[0]['field']}: {problems[0]['reason']}." if problems else ""
    facts = {"count": count, "s": "s"[: count != 1], "are": "is" if count == 1 else "are", "first": first}
    return InvalidFields(field=problems[0]["field"] if problems else None, **facts, problems=problems)


def _path(location: Iterable[str | int]) -> str:
    """``("body", "body", "lines", 0, "sku")`` as ``lines[0].sku``: without where it came from and our own argument's name."""
    source, *steps = location
    if source == "body" and len(steps) > 1:
        steps = steps[1:]
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path or str(source)


def _reason(error: Mapping[str, Any]) -> str:
    kind, message = error["type"], str(error["msg"])
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a field known here"
    return message[:1].lower() + message[1:].removesuffix(".")


def _plain(fact: Any) -> Any:
    if isinstance(fact, int) and not isinstance(fact, bool) and abs(fact) > EXACT_IN_JSON:
        return str(fact)
    return fact
