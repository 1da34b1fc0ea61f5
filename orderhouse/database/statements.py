"""Statements made of parts: each room writes its own tables, and one statement runs them all, in one round trip.

A part is an INSERT, UPDATE or SELECT as it stands in ``sql/``; PostgreSQL runs parts of one statement against one snapshot, and
checks foreign keys between their rows when all are done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg

from orderhouse.database import work

_PARAMETER = re.compile(r"%\((\w+)\)[sb]|%%|--[^\n]*")


class Part(NamedTuple):
    """One statement of a room, and its parameters. What it says to be RETURNING must have a column ``id``."""

    text: str
    params: Mapping[str, Any]


def run_together(parts: Mapping[str, Part]) -> dict[str, list[int]]:
    """Run all parts as one statement; the ids of the rows each one answers, by its name. Parts that answer are run in their
    order, and so take their locks in it; then the others."""
    query, names = _joined(tuple((name, part.text) for name, part in parts.items()))
    cursor = work._raw(kind=psycopg.RawCursor).execute(query, [parts[part].params[name] for part, name in names])
    row = cursor.fetchone() or ()
    return {column.name: ids or [] for column, ids in zip(cursor.description or (), row, strict=True)}


def run_ahead(statements: Iterable[Mapping[str, Part]]) -> dict[str, list[int]]:
    """Run statements of parts one after the other, each sent as soon as it is made, so that PostgreSQL works on it while the next is
    being made; the ids all of them answer, by part. Nothing is known of any before the last: the first that failed is raised
    then, or earlier, and the transaction with it. ``statements`` may run others of its own, and waits with those for all before."""
    answers: dict[str, list[int]] = {}
    sent = []
    connection = work._connection()
    with connection.pipeline():
        for parts in statements:
            query, names = _joined(tuple((name, part.text) for name, part in parts.items()))
            sent.append(work._raw(kind=psycopg.RawCursor).execute(query, [parts[part].params[name] for part, name in names]))
    for cursor in sent:
        row = cursor.fetchone() or ()
        for column, ids in zip(cursor.description or (), row, strict=True):
            answers.setdefault(column.name, []).extend(ids or ())
    return answers


def run_compiled(text: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement whose named parameters are made positional once, whatever its length: psycopg itself would
    read a long one anew at every call."""
    query, names = _joined((("", text),))
    return work._raw(kind=psycopg.RawCursor).execute(query, [params[name] for _, name in names]).fetchall()


def numbered(text: str) -> tuple[bytes, list[str]]:
    """A statement as the server reads it, its named parameters numbered, and their names in that order."""
    query, names = _joined((("", text),))
    return query, [name for _, name in names]


@lru_cache(maxsize=256)
def _joined(texts: tuple[tuple[str, str], ...]) -> tuple[bytes, list[tuple[str, str]]]:
    """The text with its parameters numbered, and which they are: part and name."""
    names: dict[tuple[str, str], int] = {}

    def numbered(part: str, text: str) -> str:
        def number(found: re.Match[str]) -> str:
            if found[1] is None:
                return "%" if found[0] == "%%" else ""  # a comment is left out
            return f"${names.setdefault((part, found[1]), len(names) + 1)}"

        return _PARAMETER.sub(number, text)

    if len(texts) == 1 and not texts[0][0]:
        return numbered(*texts[0]).encode(), list(names)
    written = ",\n".join(f"{name} AS ({numbered(name, text)})" for name, text in texts)
    # evaluated from left to right
    answers = ", ".join(f"(SELECT array_agg(id) FROM {name}) AS {name}" for name, text in texts if "RETURNING" in text)
    return f"WITH {written}\nSELECT {answers}".encode(), list(names)
