"""What is meant of who may do what: ``who_may.md``, read. The house is held against it, never the other way round."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from orderhouse.people.define_person import ROLES

FILE = Path(__file__).with_name("who_may.md")
WHO = ("nobody", "stranger", *ROLES)
"""Whoever may come to an address: not signed in, signed in without a role here, and with one role alone."""
BADGE = "badge"
SEE, SEND = "see", "send"
MARKS = {"": frozenset[str](), "see": frozenset({SEE}), "send": frozenset({SEND}), "both": frozenset({SEE, SEND})}

Row = dict[str, frozenset[str]]


@cache
def pages() -> dict[str, Row]:
    """Of each address, who may see it (GET) and who may send to it (POST)."""
    head, *rows = _table("address")
    found = {row[0]: {who.replace(" ", "_"): MARKS[mark] for who, mark in zip(head[1:], row[1:], strict=True)} for row in rows}
    assert len(found) == len(rows), "an address stands twice"
    assert all(row.keys() == {*WHO, BADGE} for row in found.values())
    return found


@cache
def scopes() -> dict[str, str]:
    """The scope that each operation of the API takes."""
    _, *rows = _table("operation")
    found = dict(rows)
    assert len(found) == len(rows), "an operation stands twice"
    return found


def address(path: str) -> str:
    """An address as it is written there: ``/orders/<order_id>``."""
    return re.sub(r"<\w+:", "<", path)


def _table(first: str) -> list[list[str]]:
    lines = FILE.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if re.match(rf"\| {first} +\|", line))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        if not line.startswith("| -"):
            rows.append([cell.strip().strip("`") for cell in line.strip().strip("|").split("|")])
    return rows
