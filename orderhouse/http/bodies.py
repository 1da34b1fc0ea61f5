"""Reading bodies: JSON with the place of its first fault, and nothing larger or other than the address takes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from orderhouse.http.problems import BodyBrokeOff, BodyTooLarge, EmptyBody, MalformedJson, UnsupportedMediaType
from orderhouse.kernel.errors import InvalidInput

LARGEST_BODY = 32 * 2**20
"""Bytes of a body that is read whole: an order of 10,000 lines takes about one million."""
JSON = "application/json"


def announced_length(request: HttpRequest) -> int:
    """Bytes the request says its body has; 0 where it does not say. Refuses one that is too large to be read whole."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise InvalidInput(field="Content-Length", reason="it is not a number") from None
    if length > LARGEST_BODY:
        raise BodyTooLarge(announced=length, most=LARGEST_BODY)
    return length


def check_media_type(request: HttpRequest, accepted: Collection[str]) -> None:
    """Refuse a body of another kind; one that names no kind counts as the first accepted."""
    given = request.content_type or ""
    if given and given not in accepted and not (given.endswith("+json") and JSON in accepted):
        raise UnsupportedMediaType(given=given[:100], accepted=" or ".join(accepted))


def read_body(request: HttpRequest) -> bytes:
    """The whole body. Refuses one that is too large or broke off."""
    announced = announced_length(request)
    try:
        body = request.body
    except (UnreadablePostError, OSError):
        raise BodyBrokeOff(received="some", announced=announced) from None
    except RequestDataTooBig:
        raise BodyTooLarge(announced=announced, most=LARGEST_BODY) from None
    if len(body) < announced:
        raise BodyBrokeOff(received=len(body), announced=announced)
    return body


def read_json(body: bytes) -> Any:
    """The JSON value of a body; refuses an empty one and names line and column of the first fault."""
    if not body.strip():
        raise EmptyBody()
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise malformed(error) from None


def malformed(error: orjson.JSONDecodeError, line: int | None = None) -> MalformedJson:
    """The refusal for a parser's complaint; ``line`` is that of a stream the text stood on."""
    return MalformedJson(reason=error.msg, line=line or error.lineno, column=error.colno)
