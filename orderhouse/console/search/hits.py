"""What a search finds, and the words its finders share.

Every finder looks by the beginning of a code, as a range (``from <= code < to``): under row-level security such a comparison may
use an index, which LIKE may not. Ranges mean prefixes where the database sorts by code point, as Orderhouse's own do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

SHOWN = 6
"""Hits of one kind that are shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. ``code`` is what it is called, ``text`` what tells it apart; ``why`` names what matched where the code
    did not; ``exact`` says that the whole of it was typed."""

    group: str | Promise
    icon: str
    code: str
    text: str
    href: str
    exact: bool = False
    why: str | Promise = ""


class Asked(TypedDict):
    """The parameters every finder's statement takes: one range for each way of writing what was typed."""

    tenant: int
    low: list[str]
    high: list[str]
    limit: int


def asked(tenant_id: int, variants: Iterable[str], limit: int = SHOWN) -> Asked:
    """The ranges of codes that begin with any of these texts."""
    low = sorted({text for text in variants if text})
    return {"tenant": tenant_id, "low": low, "high": [text + "\U0010ffff" for text in low], "limit": limit}


def spellings(typed: str) -> set[str]:
    """A code as typed, and in capitals."""
    return {typed, typed.upper()}


def same(typed: str, *codes: str) -> bool:
    """Whether one of the codes is what was typed, whatever the case."""
    return typed.casefold() in {code.casefold() for code in codes}


def address(*ways: tuple[str, dict[str, Any]]) -> str:
    """The first of these addresses that this installation has; empty where it has none."""
    for name, arguments in ways:
        try:
            return reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
    return ""
