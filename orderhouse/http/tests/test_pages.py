"""A cursor gives back what was put in, and nothing else passes for one."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhouse.http.pages import make_cursor, page_of, read_cursor
from orderhouse.kernel.errors import InvalidInput

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(st.tuples(texts, st.integers(0, 2**63 - 1)))
def test_a_cursor_gives_back_its_key(key: tuple[str, int]) -> None:
    assert read_cursor(make_cursor(key), ("", 0)) == key
    assert read_cursor(make_cursor(key[1]), 0) == key[1]
    assert read_cursor(make_cursor(key[0]), "") == key[0]


@given(st.text(min_size=1, max_size=30))
def test_any_other_text_is_refused_or_read_and_never_fails(text: str) -> None:
    starts: tuple[object, ...] = (0, "", ("", 0))
    for start in starts:
        with suppress(InvalidInput):
            assert type(read_cursor(text, start)) is type(start)


def test_a_cursor_of_another_list_is_refused() -> None:
    keys: tuple[object, ...] = (-1, 2**63, True, None, 1.5, {}, ["a"], ["a", "b"], "a\x00")
    for key in keys:
        with pytest.raises(InvalidInput):
            read_cursor(make_cursor(key), 0)
        with pytest.raises(InvalidInput):
            read_cursor(make_cursor(key), ("", 0))


def test_the_last_page_has_no_cursor() -> None:
    assert page_of([1, 2, 3], 2, lambda n: n) == {"data": [1, 2], "next_cursor": make_cursor(2)}
    assert page_of([1, 2], 2, lambda n: n) == {"data": [1, 2], "next_cursor": None}
    assert page_of([], 2, lambda n: n) == {"data": [], "next_cursor": None}
