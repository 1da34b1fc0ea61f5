"""Promise specific stock of specific bins to outbound lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from orderhouse.catalog.queries import nodes
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.allocation import store
from orderhouse.wms.allocation.rotation import Stock
from orderhouse.wms.allocation.rules import Allotment, Demand, Piece, allot
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import lines_of, lock_outbounds, move_units


@dataclass(frozen=True, slots=True)
class Allocations:
    """What was found: ``pieces`` by line and bin, lines that ``wait`` for stock on the dock, units ``missing`` altogether."""

    pieces: tuple[Piece, ...]
    waiting: tuple[Demand, ...]
    missing: tuple[tuple[Demand, int], ...]


def allocate_stock(*, by: By, node_id: int, outbound_ids: Sequence[int], zone_id: int | None = None) -> Allocations:
    """Allocate the waiting lines of these outbounds, in the order given: good stock of a bin becomes allocated.

    First expired or first in goes first, then whole packs, fewest touches, the shortest walk; damaged, held and expired stock
    and lots with too little life left never. Two allocations at once never take the same unit: the second waits for the
    first and sees what it left. An order waits as a whole while part of it lies outside bins (or outside ``zone_id``). What is
    missing stays waiting on its line: the caller says so (``waves.plan_wave``, which also makes the tasks in the same transaction).
    """
    with unit_of_work(by.tenant_id):
        outbounds = lock_outbounds(by.tenant_id, outbound_ids)
        orders: dict[int, list[Demand]] = defaultdict(list)
        for line in lines_of(by.tenant_id, outbound_ids).values():
            if line.waiting and not outbounds[line.outbound_id].cancel_wanted:
                orders[line.outbound_id].append(Demand(line.id, line.outbound_id, line.item_id, line.owner_id, line.waiting))
        decided = find_stock(by=by, node_id=node_id, orders=[orders[i] for i in outbound_ids if i in orders], zone_id=zone_id)
        post_movements(by=by, moves=[allocation_move(node_id, piece) for piece in decided.pieces])
        found: dict[int, int] = defaultdict(int)
        for piece in decided.pieces:
            found[piece.demand.line_id] += piece.quantity
        move_units(by.tenant_id, {line_id: Counts(waiting=-units, allocated=units) for line_id, units in found.items()})
        return Allocations(tuple(decided.pieces), tuple(decided.waiting), tuple(decided.missing))


def find_stock(
    *,
    by: By,
    node_id: int,
    orders: Sequence[Sequence[Demand]],
    zone_id: int | None = None,
    not_at: frozenset[tuple[int, int]] = frozenset(),
) -> Allotment:
    """Lock what could serve these orders and decide; nothing is posted. ``not_at``: (place, item) pairs not to pick from, and
    not to count on."""
    items = {demand.item_id for order in orders for demand in order}
    if not items:
        return Allotment()
    leaving = {place_id for place_id, _ in not_at}
    stock = [s for s in store.pickable_stock(by.tenant_id, node_id, items, leaving) if (s.place_id, s.item_id) not in not_at]

    def usable(piece: Stock) -> bool:
        return piece.in_bin and zone_id in (None, piece.zone_id)

    today: date = by.at.astimezone(ZoneInfo(nodes(by.tenant_id)[node_id].time_zone)).date()
    return allot(orders, stock, store.item_rules(by.tenant_id, items), today=today, usable=usable, partly=bool(not_at))


def allocation_move(node_id: int, piece: Piece) -> Move:
    """Good to allocated, in place."""
    key = (node_id, piece.demand.item_id, piece.demand.owner_id)
    at = (piece.stock.place_id, piece.stock.lot_id, piece.stock.single)
    return Move(
        physical(*key, "good", *at),
        physical(*key, "allocated", *at),
        piece.quantity,
        "outbound",
        piece.demand.outbound_id,
        piece.demand.line_id,
    )
