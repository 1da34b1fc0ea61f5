"""What makes the record of administrators' deeds a chain: each row carries SHA-256 over its content and the hash before it.

A row cannot be changed, taken out, put in or moved without every later hash becoming wrong, and the head, kept apart, tells that
the newest rows are gone. Whoever can write both the rows and the head (the owner of the database) could make a whole new chain: an
anchor, written down elsewhere, is what tells that apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from orderhouse.kernel.errors import InvalidInput

GENESIS = bytes(32)
"""What stands before the first row."""


class Link(NamedTuple):
    """One row of the chain as it is stored; ``at`` in microseconds' precision, any time zone."""

    position: int
    id: int
    at: datetime
    actor: str
    deed: str
    subject: str
    detail: str
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first row that is not as it was written. ``kind`` is changed, removed, inserted or moved, cut (the newest rows are
    gone), head (the head is not the last row's) or anchor; ``row_id`` is 0 where the row itself is missing."""

    kind: str
    position: int
    row_id: int
    said: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the chain one may write down: ``17:5f3c…``."""

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"


def read_anchor(text: str) -> Anchor:
    """The anchor somebody wrote down. Raises ``InvalidInput``."""
    position, colon, digest = text.strip().partition(":")
    try:
        anchor = Anchor(int(position), bytes.fromhex(digest))
    except ValueError:
        anchor = Anchor(-1, b"")
    if not colon or anchor.position < 0 or len(anchor.hash) != 32:
        raise InvalidInput(field="anchor", reason=f"{text!r} is not POSITION:HASH", remedy="See: orderhouse audit anchor")
    return anchor


def link_hash(
    *, tenant_id: int, position: int, row_id: int, at: datetime, actor: str, deed: str, subject: str, detail: str, previous: bytes
) -> bytes:
    """SHA-256 of the hash before and the row's content: a JSON array in UTF-8 without spaces, the time in UTC to the microsecond."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = orjson.dumps([str(tenant_id), str(position), str(row_id), moment, actor, deed, subject, detail])
    return hashlib.sha256(previous + content).digest()


def follow(tenant_id: int, links: Iterable[Link], *, since: Anchor) -> tuple[Anchor, ChainFault | None]:
    """Walk ``links`` (by position) on from ``since``: how far they are right, and the first fault where there is one."""
    reached = since
    for link in links:
        fault = _fault(tenant_id, link, reached)
        if fault:
            return reached, fault
        reached = Anchor(link.position, bytes(link.hash))
    return reached, None


def _fault(tenant_id: int, link: Link, before: Anchor) -> ChainFault | None:
    wanted = before.position + 1
    if link.position > wanted:
        return ChainFault("removed", wanted, 0, f"row {wanted} is gone: row {link.position} follows row {before.position}")
    present = link_hash(
        tenant_id=tenant_id,
        position=link.position,
        row_id=link.id,
        at=link.at,
        actor=link.actor,
        deed=link.deed,
        subject=link.subject,
        detail=link.detail,
        previous=bytes(link.previous_hash),
    )
    if present != bytes(link.hash):
        return ChainFault("changed", link.position, link.id, f"row {link.position} does not say what was written")
    if bytes(link.previous_hash) != before.hash:
        return ChainFault("moved", link.position, link.id, f"row {link.position} does not follow the row that stands before it")
    return None
