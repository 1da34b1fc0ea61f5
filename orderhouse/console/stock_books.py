"""The movements behind any figure of either book: both wings' pages trace their numbers here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orderhouse.database import fetch_all, fetch_one, fetch_value
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound

NEWEST = 2**63 - 1
"""The cursor before which every movement lies."""

BUSY = 20
"""At a place with more items than this, the latest movements are looked for among the latest of all."""

FIGURES = {
    "promise": {
        "on_hand": ("available", "reserved", "released", "safety", "shortage"),
        "available": ("available",),
        "reserved": ("reserved",),
        "released": ("released",),
        "safety": ("safety",),
        "shortage": ("shortage",),
    },
    "physical": {
        "on_hand": ("good", "allocated", "picked", "packed"),
        "aside": ("damaged", "quarantine", "hold", "returned_ungraded", "expired"),
        "other": ("picked", "packed", "damaged", "quarantine", "hold", "returned_ungraded", "expired"),
        "inside": ("good", "allocated", "picked", "packed", "damaged", "quarantine", "hold", "returned_ungraded", "expired"),
        "good": ("good",),
        "allocated": ("allocated",),
        "picked": ("picked",),
        "packed": ("packed",),
        "damaged": ("damaged",),
        "quarantine": ("quarantine",),
        "hold": ("hold",),
        "returned_ungraded": ("returned_ungraded",),
        "expired": ("expired",),
    },
}
"""A book's figures, and the states of the accounts each of them is the sum of."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The accounts whose sum is a figure. None means any; a place, an account or an item keeps it small.

    ``states`` empty means whatever stands inside the book.
    """

    book: str
    states: tuple[str, ...] = ()
    account_id: int | None = None
    item_id: int | None = None
    node_id: int | None = None
    place_id: int | None = None
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account with what stands in it; ``place_id`` and ``lot_id`` are 0 where there is none."""

    id: int
    book: str
    node_id: int
    node: str
    item_id: int
    state: str
    place_id: int
    lot_id: int
    lot_number: str
    serial_number: str
    balance: int


@dataclass(frozen=True, slots=True)
class Traced:
    """A movement into or out of a figure: ``delta`` units, ``after`` which the figure was so many."""

    id: int
    at: datetime
    item_id: int
    sku: str
    lot_id: int
    lot_number: str
    serial_number: str
    quantity: int
    node: str
    from_state: str
    from_place_id: int
    to_state: str
    to_place_id: int
    cause: str
    cause_id: int
    cause_line_id: int
    actor: str
    device: str
    delta: int
    after: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: units that came into a figure and went out of it, and how many there were at its end."""

    begins: datetime
    ends: datetime
    came: int
    went: int
    after: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the accounts that make it: how many there are, and the fullest of them."""

    units: int
    accounts: int
    fullest: tuple[Account, ...]


_ACCOUNT = "a.tenant_id = %(tenant)s AND a.book = %(book)s"


def _mine(scope: Scope) -> str:
    """The condition that picks the figure's accounts, out of fixed texts only so that each has an index of its own."""
    if scope.account_id is not None:
        return f"{_ACCOUNT} AND a.id = %(account)s"
    found = [_ACCOUNT]
    if scope.place_id is not None:
        found.append("a.place_id = %(place)s AND a.place_id <> 0")
    else:
        found.append("a.node_id IN (SELECT n.id FROM catalog_node n WHERE n.tenant_id = %(tenant)s)")
    if scope.item_id is not None:
        found.append("a.item_id = %(item)s")
    if scope.node_id is not None:
        found.append("a.node_id = %(node)s")
    if scope.lot_id is not None:
        found.append("a.lot_id = %(lot)s")
    found.append("a.state = ANY (%(states)s::text[])" if scope.states else "NOT a.outside")
    return " AND ".join(found)


def _params(tenant_id: int, scope: Scope, **more: Any) -> dict[str, Any]:
    return {
        "tenant": tenant_id,
        "book": scope.book,
        "states": list(scope.states),
        "account": scope.account_id,
        "item": scope.item_id,
        "node": scope.node_id,
        "place": scope.place_id,
        "lot": scope.lot_id,
        **more,
    }


def account(tenant_id: int, account_id: int) -> Account:
    """One account; refuses an unknown id. Call inside the tenant's unit of work, as all of these."""
    found = fetch_one(
        """SELECT a.id, a.book, a.node_id, n.code, a.item_id, a.state, a.place_id, a.lot_id, coalesce(l.lot_number, ''),
                  coalesce(l.serial_number, ''), a.balance
           FROM ledger_account a JOIN catalog_node n ON n.tenant_id = a.tenant_id AND n.id = a.node_id
           LEFT JOIN ledger_lot l ON l.tenant_id = a.tenant_id AND l.id = a.lot_id
           WHERE a.tenant_id = %s AND a.id = %s""",
        (tenant_id, account_id),
    )
    if found is None:
        raise NotFound(kind="account", code=account_id, field="account")
    return Account(*found)


def figure(tenant_id: int, scope: Scope, *, most: int = 60) -> Figure:
    """The figure now, and the accounts that make it, the fullest first."""
    statement = sql.load(__file__, "stock_accounts").replace("{mine}", _mine(scope))
    rows = fetch_all(statement, _params(tenant_id, scope, limit=most))
    if not rows:
        return Figure(0, 0, ())
    return Figure(rows[0][-2], rows[0][-1], tuple(Account(*row[:-2]) for row in rows))


def movements(
    tenant_id: int,
    scope: Scope,
    *,
    before: int = NEWEST,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> list[Traced]:
    """What changed the figure, last written first; give the last row's id as ``before`` for the next page.

    Moves between two accounts of the figure change nothing and are left out. ``after`` is summed from the first movement on,
    so that the newest one's is the figure itself; at a place that many items pass it is counted back from the figure.
    """
    name = "stock_movements_busy" if since is until is None and _is_busy(tenant_id, scope) else "stock_movements"
    statement = sql.load(__file__, name).replace("{mine}", _mine(scope))
    return fetch_all(statement, _params(tenant_id, scope, before=before, since=since, until=until, limit=limit), of=Traced)


def _is_busy(tenant_id: int, scope: Scope) -> bool:
    """Whether the figure is of a place that many items pass: a dock, a bench."""
    if scope.place_id is None or scope.item_id is not None or scope.account_id is not None:
        return False
    items = fetch_value(
        "SELECT count(DISTINCT item_id) FROM ledger_account WHERE tenant_id = %s AND place_id = %s AND place_id <> 0",
        (tenant_id, scope.place_id),
    )
    return bool(items > BUSY)


def history(tenant_id: int, scope: Scope, *, since: datetime, until: datetime, steps: int = 120) -> tuple[int, list[Span]]:
    """How the figure stood at ``since``, and the spans of the time until ``until`` in which it changed, in order."""
    step = max((until - since) / steps, timedelta(seconds=1))
    statement = sql.load(__file__, "stock_history").replace("{mine}", _mine(scope))
    seconds = step.total_seconds()
    rows = fetch_all(statement, _params(tenant_id, scope, since=since, until=until, seconds=seconds))
    at_start, spans = 0, []
    standing = 0
    for nth, came, went in rows:
        standing += came - went
        if nth < 0:
            at_start = standing
        else:
            begins = since + nth * step
            spans.append(Span(begins, min(begins + step, until), came, went, standing))
    return at_start, spans
