"""Movements of both books as a list: filtered, the latest first, or a period's in the order they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel import sql

FEW = 50
"""Up to so many accounts their movements are sought account by account; those of more are met soon by going back in time."""
CHUNK = 5_000
STRETCH = 25_000


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """What to list; "" and None leave a side open. ``at`` lies in ``[begins, ends)``."""

    book: str = ""
    node_id: int | None = None
    state: str = ""
    account_id: int | None = None
    movement_id: int | None = None
    item_id: int | None = None
    cause: str = ""
    actor: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedMovement:
    """A movement with what a reader needs to understand it; a place is 0 outside, and throughout the promise book."""

    id: int
    at: datetime
    book: str
    node: str
    item_id: int
    sku: str
    lot: str
    quantity: int
    from_account_id: int
    from_state: str
    from_place_id: int
    to_account_id: int
    to_state: str
    to_place_id: int
    cause: str
    cause_id: int
    actor: str
    device: str


class MovementPage(NamedTuple):
    """Movements, and the id to go on below (None at the end). A page that goes on may hold few rows or none: rare ones are sought
    a stretch of :data:`STRETCH` movements at a time, so that no filter reads the whole book at once."""

    rows: list[ListedMovement]
    before_id: int | None


def list_movements(tenant_id: int, wanted: MovementFilter, *, before_id: int = 2**63 - 1, limit: int = 50) -> MovementPage:
    """The latest movements of these, below ``before_id``."""
    with unit_of_work(tenant_id):
        params = _params(tenant_id, wanted, limit + 1) | {"before": before_id}
        if _few(params):
            rows = fetch_all(sql.load(__file__, "latest_movements_of_few"), params, of=ListedMovement)
            return MovementPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)
        if wanted.ends and before_id == 2**63 - 1:
            params["before"] = _end_of_period(tenant_id, wanted.ends)
        params["floor"] = floor = wanted.movement_id or _floor(tenant_id, params["before"])
        rows = fetch_all(_movements("m.id < %(before)s AND m.id >= %(floor)s", "m.id DESC"), params, of=ListedMovement)
    if len(rows) > limit:
        return MovementPage(rows[:limit], rows[limit - 1].id)
    return MovementPage(rows, floor if floor and not wanted.movement_id else None)


def _floor(tenant_id: int, before_id: int) -> int:
    """The lowest id of the stretch below ``before_id``, 0 where the book ends within it."""
    found: int | None = fetch_value(
        "SELECT id FROM ledger_movement WHERE tenant_id = %s AND id < %s ORDER BY id DESC OFFSET %s LIMIT 1",
        (tenant_id, before_id, STRETCH - 1),
    )
    return found or 0


def _end_of_period(tenant_id: int, ends: datetime) -> int:
    """Where to begin to seek a period back from: behind what was written two days after it, for scanners may come late."""
    found: int | None = fetch_value(
        "SELECT max(id) FROM ledger_movement WHERE tenant_id = %s AND at >= %s AND at < %s",
        (tenant_id, ends - timedelta(days=1), ends + timedelta(days=2)),
    )
    return found + 1 if found else 2**63 - 1


def every_movement(tenant_id: int, wanted: MovementFilter) -> Iterator[list[ListedMovement]]:
    """All of these in the order they were written, in chunks of :data:`CHUNK`, each read in a unit of work of its own."""
    after = 0
    while True:
        with unit_of_work(tenant_id):
            params = _params(tenant_id, wanted, CHUNK) | {"after": after}
            rows = fetch_all(_movements("m.id > %(after)s", "m.id"), params, of=ListedMovement)
        if rows:
            yield rows
            after = rows[-1].id
        if len(rows) < CHUNK:
            return


def causes(tenant_id: int) -> list[str]:
    """What the latest movements were caused by: the words to filter by."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT DISTINCT cause FROM (SELECT cause FROM ledger_movement WHERE tenant_id = %s ORDER BY id DESC LIMIT 5000) m
               ORDER BY cause""",
            (tenant_id,),
        )
    return [cause for (cause,) in rows]


def _movements(window: str, order: str) -> str:
    return sql.load(__file__, "movements").format(window=window, order=order)


def _params(tenant_id: int, wanted: MovementFilter, limit: int) -> dict[str, Any]:
    return {"tenant": tenant_id, "limit": limit, "few": FEW + 1, **asdict(wanted)}


def _few(params: dict[str, Any]) -> bool:
    if params["account_id"] or params["movement_id"]:
        return bool(params["account_id"]) and not params["movement_id"]
    if not params["state"]:
        return False
    found: int = fetch_value(
        """SELECT count(*) FROM (SELECT 1 FROM ledger_account WHERE tenant_id = %(tenant)s AND state = %(state)s
             AND (%(book)s = '' OR book = %(book)s) AND (%(node_id)s::bigint IS NULL OR node_id = %(node_id)s)
             AND (%(item_id)s::bigint IS NULL OR item_id = %(item_id)s) LIMIT %(few)s) a""",
        params,
    )
    return found <= FEW
