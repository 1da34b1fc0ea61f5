"""Lines are read as they come, whatever the pieces they come in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.http import lines
from orderhouse.http.lines import Answers, Line, in_batches, json_lines, one_ahead
from orderhouse.http.problems import BodyBrokeOff


def request_of(body: bytes, **environ: Any) -> Any:
    return RequestFactory().generic("POST", "/", body, content_type="application/x-ndjson", **environ)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=30), max_size=3), max_size=20), st.integers(1, 40))
def test_every_line_is_read_once_whatever_the_size_of_the_pieces(values: list[Any], size: int) -> None:
    whole = lines._CHUNK
    try:
        lines._CHUNK = size
        read = [line.value for line in json_lines(request_of(b"\n".join(orjson.dumps(value) for value in values)))]
    finally:
        lines._CHUNK = whole
    assert read == values


def test_a_broken_line_is_told_with_its_number_and_the_others_go_on() -> None:
    found = list(json_lines(request_of(b'{"a": 1}\n\n{"a": \n\r\n{"a": 2}')))
    assert [(line.number, line.value) for line in found] == [(1, {"a": 1}), (3, None), (5, {"a": 2})]
    assert found[1].broken is not None
    assert found[1].text == '{"a":'
    assert "line 3" in str(found[1].broken)


def test_a_line_past_the_cap_is_skipped_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 100)
    monkeypatch.setattr(lines, "_CHUNK", 16)
    found = list(json_lines(request_of(b'{"a": 1}\n"' + b"x" * 1_000 + b'"\n{"a": 2}\n')))
    assert [(line.number, line.value, line.broken is not None) for line in found] == [
        (1, {"a": 1}, False),
        (2, None, True),
        (3, {"a": 2}, False),
    ]


def test_the_next_batch_is_made_while_this_one_is_worked_on_and_no_further() -> None:
    made: list[int] = []
    second = threading.Event()

    def batches() -> Iterator[int]:
        for number in range(4):
            made.append(number)
            if number == 1:
                second.set()
            yield number

    taken = one_ahead(batches())
    assert next(taken) == 0
    assert second.wait(60)  # nobody has asked for it yet
    assert len(made) == 2
    assert list(taken) == [1, 2, 3]


def test_what_breaks_ahead_is_told_after_what_came_before_it() -> None:
    def batches() -> Iterator[int]:
        yield 1
        raise BodyBrokeOff(received=1, announced=2)

    taken = one_ahead(batches())
    assert next(taken) == 1
    with pytest.raises(BodyBrokeOff):
        next(taken)


def test_batches_are_cut_by_count_and_by_size() -> None:
    def sizes(*of: int) -> list[list[int]]:
        return [[line.size for line in batch] for batch in in_batches([Line(1, None, size) for size in of], 3, 100)]

    assert sizes(1, 1, 1, 1) == [[1, 1, 1], [1]]
    assert sizes(60, 60, 60) == [[60, 60], [60]]


def test_a_chunked_body_is_read_from_the_server_and_a_broken_one_is_refused() -> None:
    request = request_of(b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="", **{"wsgi.input": BytesIO(b"1\n2\n3")})
    assert [line.value for line in json_lines(request)] == [1, 2, 3]
    broken: dict[str, Any] = {"CONTENT_LENGTH": "100", "wsgi.input": BytesIO(b"1\n2\n")}
    with pytest.raises(BodyBrokeOff, match="4 of 100"):
        list(json_lines(request_of(b"", **broken)))


def test_answers_past_a_megabyte_are_streamed_whole() -> None:
    answers = Answers()
    answers.add({"n": n, "padding": "x" * 1_000} for n in range(3_000))
    text = b"".join(answers.response().streaming_content)  # type: ignore[arg-type]
    assert [orjson.loads(line)["n"] for line in text.splitlines()] == list(range(3_000))
