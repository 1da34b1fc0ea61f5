"""Pages by cursor: the cursor names the last row seen, so that rows coming in neither shift nor repeat."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson

from orderhouse.kernel.errors import InvalidInput

T = TypeVar("T")


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], Any]) -> dict[str, Any]:
    """The first ``limit`` of ``rows`` (ask for one more than that) and the cursor to the next page, None on the last."""
    page = list(rows[:limit])
    return {"data": page, "next_cursor": make_cursor(key(page[-1])) if len(rows) > limit else None}


def make_cursor(key: Any) -> str:
    """Where a page ends, in opaque characters: a partner must not build on what is inside."""
    return urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def read_cursor(text: str | None, start: T) -> T:
    """The key inside a cursor, or ``start`` without one: a number, a text, or a tuple of these, as ``start`` is. Refuses one that is
    none of ours."""
    if not text:
        return start
    try:
        key = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        key = None
    wanted = start if isinstance(start, tuple) else (start,)
    found = tuple(key) if isinstance(start, tuple) and isinstance(key, list) else (key,)
    if [type(part) for part in found] != [type(part) for part in wanted] or not all(_is_storable(part) for part in found):
        raise InvalidInput(field="cursor", reason=f"{text[:60]!r} is no cursor", remedy="Start again without one.")
    return found if isinstance(start, tuple) else found[0]  # type: ignore[return-value]


def _is_storable(part: Any) -> bool:
    return 0 <= part < 2**63 if isinstance(part, int) else "\x00" not in part
