"""Stock moves from one bin to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from orderhouse.catalog.queries import Item, items
from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.layout.queries import handling_units, place_codes
from orderhouse.wms.putaway import store
from orderhouse.wms.putaway.put_away import Placing, check_room


class StockMove(NamedTuple):
    """``quantity`` free units of an item and lot (0 for none) from one place to another: bins, or what carries stock."""

    source_place_id: int
    place_id: int
    item_id: int
    lot_id: int
    quantity: int


class NotFree(Refusal):
    """Fewer units may be moved than were taken."""

    sentence = "Only {free} × {sku} in {place} may be moved, not {quantity}{why}."
    remedy = "Move at most {free}; what is allocated leaves by its pick, what waits on a dock or in a tote by its put-away."


def move_stock(*, by: By, node_id: int, moves: Sequence[StockMove]) -> None:
    """Post free units from place to place, all of the batch or none; the node's stock stays the same.

    What is allocated to orders stays where its pick expects it, and what an open putaway or put-back task will take stays for
    that task (:class:`NotFree`). The bins must be open, in the building, and keep their capacity (``NoSuchBin``,
    ``BinIsFull``). A tote left empty is free. Raises ``NotFound``, ``InvalidInput``. Constant statements a batch.
    """
    if not moves:
        return
    for n, each in enumerate(moves):
        whole_quantity(each.quantity, field=f"moves[{n}].quantity")
        if each.source_place_id == each.place_id:
            raise InvalidInput(field=f"moves[{n}].place_id", reason="the goods lie there already")
    with unit_of_work(by.tenant_id):
        known = items(by.tenant_id, {each.item_id for each in moves})
        for each in moves:
            if each.item_id not in known:
                raise NotFound(kind="item", code=each.item_id, field="item_id")
        _check_targets(by.tenant_id, node_id, moves, known)
        free, taken = _may_move(by.tenant_id, node_id, moves)
        codes = place_codes(by.tenant_id, {place for each in moves for place in (each.source_place_id, each.place_id)})
        posted, events = [], []
        for each in moves:
            item = known[each.item_id]
            key = (each.source_place_id, each.item_id, item.owner_id, each.lot_id)
            if free.get(key, 0) < each.quantity:
                raise NotFree(
                    free=max(0, free.get(key, 0)),
                    sku=item.sku,
                    place=codes.get(each.source_place_id, "?"),
                    quantity=each.quantity,
                    why=f": {taken[key]} are allocated or wait to be put away" if taken.get(key) else "",
                    field="quantity",
                )
            free[key] -= each.quantity
            at = (node_id, each.item_id, item.owner_id, "good")
            source = physical(*at, each.source_place_id, each.lot_id, item.tracks_serials)
            target = physical(*at, each.place_id, each.lot_id, item.tracks_serials)
            posted.append(Move(source, target, each.quantity, "move", each.source_place_id, each.place_id))
            facts = {"sku": item.sku, "quantity": each.quantity, "from": codes[each.source_place_id], "to": codes[each.place_id]}
            events.append(Event("item", each.item_id, "stock-moved", facts))
        post_movements(by=by, moves=posted)
        store.free_totes(by.tenant_id, (each.source_place_id for each in moves))
        record_events(by=by, events=events)


def _check_targets(tenant_id: int, node_id: int, moves: Sequence[StockMove], known: Mapping[int, Item]) -> None:
    """Bins with room, or handling units of the node."""
    units = handling_units(tenant_id, [each.place_id for each in moves])
    for each in moves:
        if each.place_id in units and units[each.place_id].node_id != node_id:
            raise NotFound(kind="handling unit", code=units[each.place_id].code, field="place_id")
    check_room(
        tenant_id,
        [
            Placing(node_id, each.place_id, known[each.item_id].sku, known[each.item_id].weight_grams, each.quantity)
            for each in moves
            if each.place_id not in units
        ],
    )


Key = tuple[int, int, int, int]


def _may_move(tenant_id: int, node_id: int, moves: Sequence[StockMove]) -> tuple[dict[Key, int], dict[Key, int]]:
    """By (place, item, owner, lot): good units no task waits for, and units that are allocated or that tasks wait for."""
    parameters = {
        "tenant": tenant_id,
        "node": node_id,
        "places": sorted({each.source_place_id for each in moves}),
        "items": sorted({each.item_id for each in moves}),
    }
    free: dict[Key, int] = {}
    taken: dict[Key, int] = {}
    for place, item, owner, lot, good, allocated, waiting in fetch_all(sql.load(__file__, "may_move"), parameters):
        free[place, item, owner, lot] = good - waiting
        taken[place, item, owner, lot] = allocated + waiting
    return free, taken
