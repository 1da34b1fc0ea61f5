"""Calls the releases' SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import execute, fetch_all, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids


@dataclass(frozen=True, slots=True)
class Releasable:
    """Units of a line reserved at a node and ready to go."""

    order_id: int
    number: str
    channel_id: int
    priority: int
    service: str
    ship_to: str  # JSON
    ship_by: datetime | None
    line_id: int
    line_number: int
    item_id: int
    sku: str
    owner_id: int
    owner: str
    node_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ReleaseLineRow:
    """A locked release line with its order."""

    release: str
    release_id: int
    state: str
    node_id: int
    order_id: int
    order_number: str
    channel: str
    channel_order_id: str
    release_line_id: int
    line_number: int
    line_id: int
    item_id: int
    owner_id: int
    cancel_wanted: int
    open: int
    shipped: int


@dataclass(slots=True)
class Settlement:
    """What a node's answer does to one release line. ``given_up`` of the shorted and cancelled units were
    wanted cancelled by the order."""

    row: ReleaseLineRow
    shipped: int = 0
    shorted: int = 0
    cancelled: int = 0
    given_up: int = 0


def lock_releasable(tenant_id: int, order_ids: Collection[int] | None, limit: int) -> list[Releasable]:
    """Lock what seems ready to be released, then read what is, under the lock."""
    wanted = None if order_ids is None else list(order_ids)
    lock = sql.load(__file__, "lock_releasable_orders")
    locked = fetch_values(lock, {"tenant": tenant_id, "orders": wanted, "limit": limit})
    if not locked:
        return []
    return fetch_all(sql.load(__file__, "read_releasable"), {"tenant": tenant_id, "orders": locked}, of=Releasable)


def release_counts(tenant_id: int, order_ids: Collection[int]) -> dict[int, int]:
    """How many releases each order has had."""
    rows = fetch_all(
        "SELECT order_id, count(*) FROM oms_release WHERE tenant_id = %s AND order_id = ANY (%s) GROUP BY order_id",
        (tenant_id, list(order_ids)),
    )
    return dict(rows)


def take_reservations(tenant_id: int, taken: Sequence[Releasable]) -> None:
    """Reserved units become released ones."""
    execute(
        sql.load(__file__, "take_reservations"),
        {
            "tenant": tenant_id,
            "lines": [row.line_id for row in taken],
            "nodes": [row.node_id for row in taken],
            "quantities": [row.quantity for row in taken],
        },
    )


def write_releases(by: By, rows: Sequence[tuple[int, str, int, int, datetime]], lines: Sequence[tuple[int, Releasable]]) -> None:
    """Releases as (id, number, order, node, ship_by) and their lines as (release id, units)."""
    ids, numbers, orders, nodes, ship_bys = (list(column) for column in zip(*rows, strict=True))
    execute(
        sql.load(__file__, "write_releases"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "ids": ids,
            "numbers": numbers,
            "orders": orders,
            "nodes": nodes,
            "ship_bys": ship_bys,
        },
    )
    execute(
        sql.load(__file__, "write_release_lines"),
        {
            "tenant": by.tenant_id,
            "ids": new_ids(len(lines)),
            "releases": [release_id for release_id, _ in lines],
            "numbers": [row.line_number for _, row in lines],
            "lines": [row.line_id for _, row in lines],
            "quantities": [row.quantity for _, row in lines],
        },
    )


def lock_release_lines(tenant_id: int, numbers: Iterable[str]) -> dict[str, dict[int, ReleaseLineRow]]:
    """Lock these releases with their orders: release number to line number to row. Refuses an unknown release."""
    wanted = sorted(set(numbers))
    found: dict[str, dict[int, ReleaseLineRow]] = defaultdict(dict)
    statement = sql.load(__file__, "lock_release_lines")
    for row in fetch_all(statement, {"tenant": tenant_id, "numbers": wanted}, of=ReleaseLineRow):
        found[row.release][row.line_number] = row
    for number in wanted:
        if number not in found:
            raise NotFound(kind="release", code=number, field="release")
    return found


def settle_lines(tenant_id: int, settlements: Sequence[Settlement]) -> None:
    """Count what was settled on release lines and order lines, then derive the releases' states."""
    execute(
        sql.load(__file__, "settle_lines"),
        {
            "tenant": tenant_id,
            "release_lines": [s.row.release_line_id for s in settlements],
            "lines": [s.row.line_id for s in settlements],
            "shipped": [s.shipped for s in settlements],
            "shorted": [s.shorted for s in settlements],
            "cancelled": [s.cancelled for s in settlements],
            "given_up": [s.given_up for s in settlements],
        },
    )
    releases = sorted({s.row.release_id for s in settlements})
    execute(sql.load(__file__, "derive_releases"), {"tenant": tenant_id, "releases": releases})


def refuse_lines(by: By, kind: str, refusals: Sequence[tuple[ReleaseLineRow, str]]) -> None:
    """Remember that a node rejected a line or was short of it (``kind``): it is not asked again."""
    execute(
        """INSERT INTO oms_node_refusal (tenant_id, order_line_id, node_id, kind, reason, at)
           SELECT t.tenant_id, u.line_id, u.node_id, %(kind)s, u.reason, %(at)s
           FROM people_tenant t, unnest(%(lines)s::bigint[], %(nodes)s::bigint[], %(reasons)s::text[]) AS u (line_id, node_id, reason)
           WHERE t.tenant_id = %(tenant)s
           ON CONFLICT (tenant_id, order_line_id, node_id) DO NOTHING""",
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "kind": kind,
            "lines": [row.line_id for row, _ in refusals],
            "nodes": [row.node_id for row, _ in refusals],
            "reasons": [reason for _, reason in refusals],
        },
    )
