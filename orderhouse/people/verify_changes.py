"""Check the chain of what administrators did, and name the first row that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.database import fetch_all, fetch_one, fetch_value, snapshot, unit_of_work
from orderhouse.people.chain import GENESIS, Anchor, ChainFault, Link, follow

_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class ChainState:
    """What a check found: the head (where the chain should end), how far it is right, and the first fault, None where it holds."""

    head: Anchor
    reached: Anchor
    fault: ChainFault | None

    @property
    def holds(self) -> bool:
        return self.fault is None


def verify_changes(*, tenant_id: int, anchor: Anchor | None = None) -> ChainState:
    """Follow the chain from its first row to its head, in one snapshot; nothing is changed.

    ``anchor`` is a place written down earlier: the chain must still lead through it. Never inside a unit of work.
    """
    with snapshot(tenant_id):
        head = _head(tenant_id)
        reached, fault = Anchor(0, GENESIS), None
        while fault is None:
            links = fetch_all(
                """SELECT position, id, at, actor, deed, subject, detail, previous_hash, hash FROM people_change
                   WHERE tenant_id = %s AND position > %s ORDER BY position LIMIT %s""",
                (tenant_id, reached.position, _PORTION),
                of=Link,
            )
            reached, fault = follow(tenant_id, links, since=reached)
            if len(links) < _PORTION:
                break
        fault = fault or _fault_of_end(reached, head)
        if fault is None and anchor is not None:
            fault = _fault_of_anchor(tenant_id, anchor)
    return ChainState(head, reached, fault)


def chain_head(tenant_id: int) -> Anchor:
    """Where the chain ends now."""
    with unit_of_work(tenant_id):
        return _head(tenant_id)


def links(tenant_id: int, *, before: int = 2**63 - 1, limit: int = 50) -> list[Link]:
    """The latest rows of the chain before a position, newest first."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT position, id, at, actor, deed, subject, detail, previous_hash, hash FROM people_change
               WHERE tenant_id = %s AND position < %s ORDER BY position DESC LIMIT %s""",
            (tenant_id, before, limit),
            of=Link,
        )


def _head(tenant_id: int) -> Anchor:
    row = fetch_one("SELECT position, hash FROM people_change_head WHERE tenant_id = %s", (tenant_id,))
    return Anchor(row[0], bytes(row[1])) if row else Anchor(0, GENESIS)


def _fault_of_end(reached: Anchor, head: Anchor) -> ChainFault | None:
    if reached.position < head.position:
        first = reached.position + 1
        return ChainFault("cut", first, 0, f"rows {first} to {head.position} are gone: the head says there are {head.position}")
    if reached.position > head.position:
        first = head.position + 1
        return ChainFault("inserted", first, 0, f"row {first} was added past the head, which says there are {head.position}")
    if reached.hash != head.hash:
        return ChainFault("head", head.position, 0, f"the head is not that of row {head.position}")
    return None


def _fault_of_anchor(tenant_id: int, anchor: Anchor) -> ChainFault | None:
    if anchor.position == 0:
        found = GENESIS
    else:
        found = fetch_value("SELECT hash FROM people_change WHERE tenant_id = %s AND position = %s", (tenant_id, anchor.position))
    if found is None or bytes(found) != anchor.hash:
        said = f"the chain does not lead through the anchor {anchor.position}: it is another one, or it was cut and written anew"
        return ChainFault("anchor", anchor.position, 0, said)
    return None
