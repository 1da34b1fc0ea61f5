"""What the addresses of the stock pages ask for, read without trust."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import QueryDict


def number(query: QueryDict, name: str) -> int | None:
    """A row's id; None where it is absent or none."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63 else None


def moment(query: QueryDict, name: str) -> datetime | None:
    """A moment in ISO 8601, UTC where it names no zone; None where it is absent or none."""
    try:
        found = datetime.fromisoformat(query.get(name, "").replace(" ", "+"))  # an unescaped plus sign arrives as a space
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found
    except (ValueError, OverflowError):
        return None
