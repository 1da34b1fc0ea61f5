"""Send goods to bins: the tasks of a putaway, with the bins suggested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.catalog.queries import items
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.putaway import store
from orderhouse.wms.putaway.rules import Bin, Load, Portion, suggest


class NoBins(Refusal):
    """A node without a single open bin cannot keep goods."""

    sentence = "This node has no open bin."
    remedy = "Import its layout with at least one bin."


class Goods(NamedTuple):
    """Units of one item, lot and owner standing at ``source_place_id`` that need a bin."""

    item_id: int
    owner_id: int
    lot_id: int
    quantity: int
    source_place_id: int
    receipt_id: int = 0
    outbound_line_id: int = 0


def direct_goods(*, by: By, node_id: int, goods: Sequence[Goods], kind: str = "putaway") -> list[int]:
    """Make ``putaway`` (or ``putback``) tasks for goods, their bins chosen together (:func:`.rules.suggest`); the tasks' ids.

    Goods too many for one bin become several tasks. What fits no bin at all is sent to one all the same, for a person to
    decide: putting away refuses what does not fit there. Twelve statements at most, however many goods. Raises :class:`NoBins`.
    """
    if not goods:
        return []
    with unit_of_work(by.tenant_id):
        portions = _portions(by, node_id, goods)
        tasks = []
        for g in goods:
            left, queue = g.quantity, portions[g.item_id, g.lot_id]
            while left:
                location_id, room = queue.pop()
                taken = min(left, room)
                left -= taken
                if room > taken:
                    queue.append(Portion(location_id, room - taken))
                tasks.append(
                    store.NewTask(
                        item_id=g.item_id,
                        owner_id=g.owner_id,
                        lot_id=g.lot_id,
                        quantity=taken,
                        source_place_id=g.source_place_id,
                        location_id=location_id,
                        outbound_line_id=g.outbound_line_id,
                        receipt_id=g.receipt_id,
                    )
                )
        return store.insert_tasks(by, node_id, kind, tasks)


def _portions(by: By, node_id: int, goods: Sequence[Goods]) -> dict[tuple[int, int], list[Portion]]:
    """By (item, lot): the bins for all of it, the nearest last."""
    known = items(by.tenant_id, {g.item_id for g in goods})
    demand = store.demand(by.tenant_id, node_id, known)
    units: dict[tuple[int, int], int] = {}
    for g in goods:
        units[g.item_id, g.lot_id] = units.get((g.item_id, g.lot_id), 0) + g.quantity
    loads = [
        Load(item_id, lot_id, quantity, known[item_id].weight_grams, demand.get(item_id, 0.0))
        for (item_id, lot_id), quantity in units.items()
    ]
    many = 4 * len(loads) + 50
    same = store.bins_of_items(by.tenant_id, node_id, known)
    found = suggest(loads, same=same, empty=())
    empty: list[Bin] = []
    if _some_unplaced(loads, found):
        empty = store.empty_bins(by.tenant_id, node_id, many)
        found = suggest(loads, same=same, empty=empty)
    if _some_unplaced(loads, found):
        found = suggest(loads, same=same, empty=empty, shared=store.room_in_bins(by.tenant_id, node_id))
    last: int | None = None
    for load, portions in zip(loads, found, strict=True):
        if rest := _unplaced(load, portions):
            last = last or store.any_bin(by.tenant_id, node_id)
            if last is None:
                raise NoBins()
            portions.append(Portion(portions[0].location_id if portions else last, rest))
    return {(load.item_id, load.lot_id): portions[::-1] for load, portions in zip(loads, found, strict=True)}


def _some_unplaced(loads: Sequence[Load], found: Sequence[Sequence[Portion]]) -> bool:
    return any(_unplaced(load, portions) for load, portions in zip(loads, found, strict=True))


def _unplaced(load: Load, portions: Sequence[Portion]) -> int:
    return load.quantity - sum(portion.quantity for portion in portions)
