"""Outbounds, their lines and what hangs on them. The outbound's row is the lock of its lines, tasks and parcels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from orderhouse.contract.messages import Address, ReleaseOrder
from orderhouse.database import execute, fetch_all, fetch_values
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.outbound.rules import Counts


@dataclass(frozen=True, slots=True)
class Outbound:
    """An outbound as its lock found it."""

    id: int
    node_id: int
    node: str
    release_number: str
    order_number: str
    state: str
    carrier: str
    service: str
    ship_by: datetime
    wave_id: int | None
    cancel_wanted: bool


@dataclass(frozen=True, slots=True)
class OutboundLine:
    """A line with its units by where they stand."""

    id: int
    outbound_id: int
    line_number: int
    item_id: int
    owner_id: int
    sku: str
    quantity: int
    waiting: int
    allocated: int
    picked: int
    packed: int
    shipped: int
    shorted: int
    putting_back: int
    cancelled: int

    @property
    def counts(self) -> Counts:
        return Counts(
            self.waiting, self.allocated, self.picked, self.packed, self.shipped, self.shorted, self.putting_back, self.cancelled
        )


def lock_outbounds(tenant_id: int, ids: Iterable[int]) -> dict[int, Outbound]:
    """Lock outbounds, in id order; refuses an unknown id. Read what hangs on them in a later statement, never in this one:
    a statement that waited for a lock still sees the other tables as they stood before."""
    wanted = sorted(set(ids))
    found = fetch_all(sql.load(__file__, "lock_outbounds"), {"tenant": tenant_id, "ids": wanted}, of=Outbound)
    if len(found) < len(wanted):
        missing = set(wanted) - {outbound.id for outbound in found}
        raise NotFound(kind="outbound", code=min(missing), field="outbound_id")
    return {outbound.id: outbound for outbound in found}


def lines_of(tenant_id: int, outbound_ids: Iterable[int]) -> dict[int, OutboundLine]:
    """The lines of these outbounds, by id, in line order."""
    rows = fetch_all(sql.load(__file__, "lines_of"), {"tenant": tenant_id, "ids": list(outbound_ids)}, of=OutboundLine)
    return {line.id: line for line in rows}


def move_units(tenant_id: int, deltas: Mapping[int, Counts]) -> None:
    """Add to lines' counts (line id to deltas that sum to 0); the table's checks refuse what does not add up."""
    changed = {line_id: delta for line_id, delta in deltas.items() if any(delta)}
    if changed:
        execute(*moving(tenant_id, changed))


def moving(tenant_id: int, deltas: Mapping[int, Counts]) -> Part:
    """What :func:`move_units` writes, as part of a statement."""
    columns = list(zip(*sorted((line_id, *delta) for line_id, delta in deltas.items()), strict=True))
    names = ("ids", "waiting", "allocated", "picked", "packed", "shipped", "shorted", "putting_back", "cancelled")
    return Part(
        sql.load(__file__, "move_units"),
        {"tenant": tenant_id, **{name: list(column) for name, column in zip(names, columns, strict=True)}},
    )


def derive_states(tenant_id: int, outbound_ids: Sequence[int]) -> dict[int, str]:
    """Set the states of locked outbounds from what hangs on them; answers those that changed."""
    return dict(fetch_all(sql.load(__file__, "derive_outbounds"), {"tenant": tenant_id, "ids": sorted(outbound_ids)}))


def lock_tours(tenant_id: int, tour_ids: Iterable[int]) -> None:
    """Lock tours of which tasks will be closed, in id order: after their outbounds, before any account."""
    wanted = sorted(set(tour_ids))
    if wanted:
        fetch_values(sql.load(__file__, "lock_tours"), {"tenant": tenant_id, "tours": wanted})


def finish_tours(by: By, tour_ids: Iterable[int]) -> None:
    """Close locked tours without an open task, and released waves without an open tour: one statement, three where a tour ends.

    Both are locked before they are looked at, so that of two who close the last two tasks (or tours) one sees that all is done.
    """
    wanted = sorted(set(tour_ids))
    if not wanted:
        return
    waves = sorted(set(fetch_values(sql.load(__file__, "close_tours"), {"tenant": by.tenant_id, "tours": wanted, "at": by.at})))
    if waves:
        params = {"tenant": by.tenant_id, "waves": waves, "at": by.at}
        fetch_values(
            "SELECT id FROM wms_wave WHERE tenant_id = %(tenant)s AND id = ANY (%(waves)s) ORDER BY id FOR UPDATE", params
        )
        execute(sql.load(__file__, "close_waves"), params)


# ── accepting ────────────────────────────────────────────────────────────────────────────────────────────────────────


class KnownItem(NamedTuple):
    """What the catalog says to an (owner code, SKU): ids are None where it does not know them."""

    owner: str
    sku: str
    owner_id: int | None
    item_id: int | None
    active: bool | None


def known_items(tenant_id: int, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], KnownItem]:
    wanted = sorted(set(pairs))
    rows = fetch_all(
        sql.load(__file__, "known_items"),
        {"tenant": tenant_id, "owners": [owner for owner, _ in wanted], "skus": [sku for _, sku in wanted]},
        of=KnownItem,
    )
    return {(row.owner, row.sku): row for row in rows}


@dataclass(frozen=True, slots=True)
class KnownNode:
    """A node as releases name it; ``has_site`` tells whether it has a floor in this database."""

    code: str
    id: int
    active: bool
    has_site: bool


def known_nodes(tenant_id: int, codes: Iterable[str]) -> dict[str, KnownNode]:
    rows = fetch_all(
        """SELECT n.code, n.id, n.active, s.node_id IS NOT NULL AS has_site FROM catalog_node n
           LEFT JOIN wms_site s ON s.tenant_id = n.tenant_id AND s.node_id = n.id
           WHERE n.tenant_id = %(tenant)s AND n.code = ANY (%(codes)s)""",
        {"tenant": tenant_id, "codes": list(set(codes))},
        of=KnownNode,
    )
    return {node.code: node for node in rows}


def outbound_ids(tenant_id: int, releases: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The ids of the outbounds for (node id, release number); unknown ones are absent."""
    wanted = sorted(set(releases))
    rows = fetch_all(
        """SELECT o.node_id, o.release_number, o.id FROM unnest(%(nodes)s::bigint[], %(releases)s::text[]) AS u (node_id, number)
           JOIN wms_outbound o ON o.tenant_id = %(tenant)s AND o.node_id = u.node_id AND o.release_number = u.number""",
        {"tenant": tenant_id, "nodes": [n for n, _ in wanted], "releases": [r for _, r in wanted]},
    )
    return {(node_id, number): outbound_id for node_id, number, outbound_id in rows}


def early_cancels(tenant_id: int, releases: Iterable[tuple[int, str]]) -> dict[tuple[int, str], dict[int, int] | None]:
    """Cancellations that came before their release: quantities by line number, or None for the whole of it."""
    wanted = sorted(set(releases))
    rows = fetch_all(
        """SELECT c.node_id, c.release_number, c.lines::text FROM unnest(%(nodes)s::bigint[], %(releases)s::text[]) AS u (node_id, number)
           JOIN wms_early_cancel c ON c.tenant_id = %(tenant)s AND c.node_id = u.node_id AND c.release_number = u.number""",
        {"tenant": tenant_id, "nodes": [n for n, _ in wanted], "releases": [r for _, r in wanted]},
    )
    return {(node_id, number): None if lines is None else _sums(orjson.loads(lines)) for node_id, number, lines in rows}


def _sums(lines: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Quantities by line number; a line may have been cancelled in several goes."""
    sums: dict[int, int] = {}
    for number, quantity in lines:
        sums[number] = sums.get(number, 0) + quantity
    return sums


def keep_early_cancels(by: By, cancels: Mapping[tuple[int, str], dict[int, int] | None]) -> None:
    """Keep cancellations for releases that are still to come."""
    rows = sorted(cancels.items(), key=lambda row: row[0])
    execute(
        sql.load(__file__, "keep_early_cancels"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "nodes": [node_id for (node_id, _), _ in rows],
            "releases": [number for (_, number), _ in rows],
            "lines": [None if lines is None else orjson.dumps(sorted(lines.items())).decode() for _, lines in rows],
        },
    )


class NewOutbound(NamedTuple):
    """A release as it enters: its node, and its lines as (line number, item id, owner id, quantity, cancelled)."""

    message: ReleaseOrder
    node_id: int
    lines: Sequence[tuple[int, int, int, int, int]]


def insert_outbounds(by: By, accepted: Sequence[NewOutbound]) -> list[int]:
    """Write outbounds and their lines; their ids, in order. A release number another transaction has just taken is refused by
    the table, and the whole batch with it: the message comes again."""
    ids = new_ids(len(accepted))
    execute(
        sql.load(__file__, "insert_outbounds"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "ids": ids,
            "nodes": [new.node_id for new in accepted],
            "releases": [new.message.release for new in accepted],
            "orders": [new.message.order for new in accepted],
            "priorities": [new.message.priority for new in accepted],
            "carriers": [new.message.carrier for new in accepted],
            "services": [new.message.service for new in accepted],
            "addresses": [_address(new.message.ship_to) for new in accepted],
            "ship_bys": [new.message.ship_by for new in accepted],
        },
    )
    lines = [(outbound_id, *line) for outbound_id, new in zip(ids, accepted, strict=True) for line in new.lines]
    outbounds, numbers, items, owners, quantities, cancelled = (list(column) for column in zip(*lines, strict=True))
    execute(
        sql.load(__file__, "insert_lines"),
        {
            "tenant": by.tenant_id,
            "ids": new_ids(len(lines)),
            "outbounds": outbounds,
            "numbers": numbers,
            "items": items,
            "owners": owners,
            "quantities": quantities,
            "cancelled": cancelled,
        },
    )
    return ids


def _address(address: Address) -> str:
    return orjson.dumps(address).decode()
