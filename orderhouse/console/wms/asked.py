"""What an address asks for, read without trust: codes, moments, ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from orderhouse.kernel.errors import InvalidInput

MOST_IDS = 500


def address(url_name: str, *args: Any, **fields: Any) -> str:
    """The address of a console page with these fields; empty ones are left out, a list stands as often as it has members."""
    pairs = []
    for name, value in fields.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            if each not in (None, ""):
                pairs.append((name, each.isoformat() if isinstance(each, datetime) else str(each)))
    return reverse(f"console:{url_name}", args=args) + (f"?{urlencode(pairs)}" if pairs else "")


def moment(query: QueryDict, name: str) -> datetime | None:
    """A moment in ISO 8601, UTC where it names no zone; None where it is absent; refuses anything else."""
    text = query.get(name, "").strip()
    return _moment(name, text) if text else None


def moments(query: QueryDict, name: str) -> list[datetime]:
    """Every moment of that name."""
    return [_moment(name, text) for text in query.getlist(name)[:50] if text]


def _moment(name: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody escaped arrives as a space
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found
    except (ValueError, OverflowError):
        raise InvalidInput(field=name, reason=f"{text[:40]!r} is no moment", remedy="Write 2026-01-31T17:00:00Z.") from None


def whole(query: QueryDict, name: str, default: int, *, most: int = 1_000_000) -> int:
    """A whole number from 0 to ``most``; the default where it is absent or none."""
    text = query.get(name, "").strip()
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 12 else default


def ids(values: Iterable[str]) -> list[int]:
    """Row ids of a form, each once, in order; what is no id is left out."""
    found = dict.fromkeys(int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 20 and int(v) < 2**63)
    return list(found)[:MOST_IDS]


def among(values: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Those of the values that are allowed, each once."""
    known = set(allowed)
    return [value for value in dict.fromkeys(values) if value in known]
