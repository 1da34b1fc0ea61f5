"""Streams of lines (NDJSON): read as they come, never whole, and answered line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, TypeVar

import orjson
from django.http import HttpRequest, StreamingHttpResponse, UnreadablePostError

from orderhouse.http.bodies import malformed
from orderhouse.http.problems import BodyBrokeOff, MalformedJson

T = TypeVar("T")
NDJSON = "application/x-ndjson"
LONGEST_LINE = 8 * 2**20
"""Bytes of one line: an order of 20,000 lines fits several times."""
_CHUNK = 256 * 1024


class Line(NamedTuple):
    """A line with its number from 1: its JSON ``value``, or ``broken`` with the ``text`` that could not be read."""

    number: int
    value: Any
    size: int
    broken: MalformedJson | None = None
    text: str = ""


def json_lines(request: HttpRequest) -> Iterator[Line]:
    """The lines of a body as they arrive; empty ones are passed over, a broken one stops nothing. Memory holds one line."""
    for number, raw, cut in _raw_lines(request):
        if cut:
            refusal = MalformedJson(reason=f"the line is longer than {LONGEST_LINE} bytes", line=number, column=LONGEST_LINE)
            yield Line(number, None, len(raw), refusal, raw[:10_000].decode("utf-8", "backslashreplace"))
        elif raw.strip():
            try:
                yield Line(number, orjson.loads(raw), len(raw))
            except orjson.JSONDecodeError as error:
                yield Line(number, None, len(raw), malformed(error, number), raw.decode("utf-8", "backslashreplace").strip())


def in_batches(lines: Iterable[Line], most: int, most_bytes: int = 8 * 2**20) -> Iterator[list[Line]]:
    """Lines in batches of at most ``most``, fewer where they are long."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += line.size
        if len(batch) >= most or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_END: Any = object()


def one_ahead(batches: Iterator[T]) -> Iterator[T]:
    """The same, the next one made by a thread beside while its taker works on this one, mostly waiting for the database. What making
    one raises is raised where it would have come. A taker who leaves early waits for nobody."""
    beside = ThreadPoolExecutor(1, "one-ahead")
    try:
        coming = beside.submit(next, batches, _END)
        while (batch := coming.result()) is not _END:
            coming = beside.submit(next, batches, _END)
            yield batch
    finally:
        beside.shutdown(wait=False)


class Answers:
    """Answer lines, kept aside (on disk past a megabyte) until the last line has come.

    A client that sends everything before it reads anything would otherwise block us, and we it; and while nothing has been
    sent, a fault halfway can still be told as what it is.
    """

    def __init__(self) -> None:
        self._kept = SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115  (it lives as long as the answer)

    def add(self, lines: Iterable[object]) -> None:
        for line in lines:
            self._kept.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def response(self) -> StreamingHttpResponse:
        """Everything answered, as a stream."""
        self._kept.seek(0)
        return StreamingHttpResponse(self._chunks(), content_type=NDJSON)

    def _chunks(self) -> Iterator[bytes]:
        with self._kept as kept:
            while chunk := kept.read(_CHUNK):
                yield chunk


def _raw_lines(request: HttpRequest) -> Iterator[tuple[int, bytes, bool]]:
    """(number, line, whether it was cut). A line that is too long is skipped to its end."""
    number, rest = 0, b""
    skipping = False
    for chunk in _chunks(request):
        first, *others = (rest + chunk if not skipping else chunk).split(b"\n")
        if not others:
            if skipping:
                continue
            rest = first
            if len(rest) > LONGEST_LINE:
                number += 1
                yield number, rest, True
                rest, skipping = b"", True
            continue
        if skipping:
            skipping = False
        else:
            number += 1
            yield number, first, len(first) > LONGEST_LINE
        for line in others[:-1]:
            number += 1
            yield number, line, False
        rest = others[-1]
    if rest and not skipping:
        yield number + 1, rest, False


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    """The body in pieces. A chunked body names no length, which Django takes for none: there the server's own stream is read."""
    length = request.META.get("CONTENT_LENGTH")
    if not length and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        stream: Any = request.META["wsgi.input"]
        announced = None
    else:
        stream, announced = request, int(length or 0)
    received = 0
    try:
        while chunk := stream.read(_CHUNK):
            received += len(chunk)
            yield chunk
    except (UnreadablePostError, OSError):
        raise BodyBrokeOff(received=received, announced=announced or "an unknown number of") from None
    if announced is not None and received < announced:
        raise BodyBrokeOff(received=received, announced=announced)
