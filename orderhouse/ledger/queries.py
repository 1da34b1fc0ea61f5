"""Reading the books, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all


@dataclass(frozen=True, slots=True)
class Standing:
    """An account with what stands in it."""

    account_id: int
    book: str
    node_id: int
    item_id: int
    state: str
    place_id: int
    lot_id: int
    owner_id: int
    balance: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement, its ends by state and place."""

    id: int
    item_id: int
    lot_id: int
    quantity: int
    book: str
    node_id: int
    from_state: str
    from_place_id: int
    to_state: str
    to_place_id: int
    cause: str
    cause_id: int
    cause_line_id: int
    actor: str
    device: str
    at: datetime


_STANDING = "SELECT id AS account_id, book, node_id, item_id, state, place_id, lot_id, owner_id, balance FROM ledger_account"


def standings(tenant_id: int, *, book: str, item_ids: Sequence[int]) -> list[Standing]:
    """Every inside account of these items in ``book`` that is not empty."""
    return fetch_all(
        _STANDING + " WHERE tenant_id = %s AND book = %s AND item_id = ANY (%s) AND NOT outside AND balance <> 0",
        (tenant_id, book, list(item_ids)),
        of=Standing,
    )


def movements(tenant_id: int, *, item_id: int, after_id: int = 0, limit: int = 100, book: str | None = None) -> list[MovementRow]:
    """The item's movements after ``after_id`` in order of id, at most ``limit``."""
    return fetch_all(
        """SELECT m.id, m.item_id, m.lot_id, m.quantity, f.book, f.node_id, f.state AS from_state, f.place_id AS from_place_id,
             t.state AS to_state, t.place_id AS to_place_id, m.cause, m.cause_id, m.cause_line_id, m.actor, m.device, m.at
           FROM ledger_movement m
           JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
           JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
           WHERE m.tenant_id = %(tenant)s AND m.item_id = %(item)s AND m.id > %(after)s
             AND (%(book)s::text IS NULL OR f.book = %(book)s)
           ORDER BY m.id LIMIT %(limit)s""",
        {"tenant": tenant_id, "item": item_id, "after": after_id, "limit": limit, "book": book},
        of=MovementRow,
    )


@dataclass(frozen=True, slots=True)
class StateFigure:
    """Units that stand in one state at one node, over how many accounts."""

    book: str
    node_id: int
    node: str
    state: str
    units: int
    accounts: int


def units_by_state(tenant_id: int) -> list[StateFigure]:
    """Both books summed by node and state, the outside accounts too; ``units`` of those say what left or came, so they may be
    negative. Reads every account once."""
    return fetch_all(
        """SELECT a.book, a.node_id, n.code AS node, a.state, a.units, a.accounts
           FROM (SELECT book, node_id, state, sum(balance)::bigint AS units, count(*) AS accounts FROM ledger_account
                 WHERE tenant_id = %(tenant)s GROUP BY book, node_id, state) a
           JOIN catalog_node n ON n.tenant_id = %(tenant)s AND n.id = a.node_id
           ORDER BY a.book, n.code, a.state""",
        {"tenant": tenant_id},
        of=StateFigure,
    )
