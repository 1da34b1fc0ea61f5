"""The bin did not hold what the book said: one action mends the book and finds the units elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.allocation.allocate_stock import allocation_move, find_stock
from orderhouse.wms.allocation.rules import Demand, Piece
from orderhouse.wms.allocation.short_lines import short_lines
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import finish_tours, move_units
from orderhouse.wms.picking import store
from orderhouse.wms.picking.rules import TaskInHand, refuse_short
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions


class ShortPick(NamedTuple):
    """A bin gave only ``found`` good units of a task, those already in the tote included. The rest is not there, or lies there
    ``damaged``."""

    task_id: int
    found: int
    damaged: bool = False


class Replacement(NamedTuple):
    """What became of a line's shortage: units found elsewhere (new tasks at the end of the same tour), left waiting for stock
    that is on the dock, and shorted."""

    outbound_line_id: int
    missing: int
    elsewhere: int
    waiting: int
    shorted: int
    new_task_ids: tuple[int, ...]


def short_picks(*, by: By, shorts: Sequence[ShortPick]) -> list[Replacement]:
    """Take shortages, all of the batch or none.

    What is missing is lost from the bin's book and told as such, what is damaged stays in the bin as damaged; it is allocated elsewhere and put at the end of the same
    tour, or waits for stock on the dock, or is shorted (``ReleaseShorted``). The bin is to be counted. Found units not in the
    tote yet stay to be picked. Refuses as ``confirm_picks`` does, and a shortage that is none (:class:`ShortTooMany`).
    """
    with unit_of_work(by.tenant_id):
        found = {short.task_id: short.found for short in shorts}
        outbounds, tasks = store.lock_tasks(by.tenant_id, list(found))
        for task_id, units in found.items():
            if refusal := refuse_short(tasks[task_id], by.actor, units):
                raise refusal
        missing = {task.id: task.quantity - found[task.id] for task in tasks.values()}
        damaged = {short.task_id for short in shorts if short.damaged}
        node_ids = {task.node_id for task in tasks.values()}
        answers: list[Replacement] = []
        gone: list[tuple[Demand, int]] = []
        for node_id in sorted(node_ids):
            own = {task.id: task for task in tasks.values() if task.node_id == node_id}
            gone += _replace(by, node_id, own, missing, damaged, answers)
        store.short(by, found)
        _raise_exceptions(by, tasks, missing, damaged, {answer.outbound_line_id: answer for answer in answers})
        finish_tours(by, {task.tour_id for task in tasks.values()})
        _lock_totals(by, tasks)
        short_lines(by=by, missing=gone)
        for node_id in sorted(node_ids):
            changes = [
                StockChange(t.item_id, t.owner_id, -missing[t.id], "damaged" if t.id in damaged else "lost")
                for t in tasks.values()
                if t.node_id == node_id
            ]
            change_node_stock(by=by, node_id=node_id, changes=changes)
        derive_outbounds(by=by, outbound_ids=outbounds)
        return answers


def _replace(
    by: By,
    node_id: int,
    tasks: Mapping[int, TaskInHand],
    missing: Mapping[int, int],
    damaged: Set[int],
    answers: list[Replacement],
) -> list[tuple[Demand, int]]:
    """Write off what is missing at one node and look for it elsewhere; answers what the node has not got."""
    demands: dict[int, Demand] = {}
    first: dict[int, TaskInHand] = {}
    moves = []
    for task in tasks.values():
        before = demands.get(task.outbound_line_id)
        units = missing[task.id] + (before.quantity if before else 0)
        demands[task.outbound_line_id] = Demand(task.outbound_line_id, task.outbound_id, task.item_id, task.owner_id, units)
        first.setdefault(task.outbound_line_id, task)
        key = (node_id, task.item_id, task.owner_id)
        source = physical(*key, "allocated", task.location_id, task.lot_id, task.single)
        state, place = ("damaged", task.location_id) if task.id in damaged else ("lost", 0)
        target = physical(*key, state, place, task.lot_id, task.single)
        moves.append(Move(source, target, missing[task.id], "pick_task", task.id, task.outbound_line_id))

    orders: dict[int, list[Demand]] = defaultdict(list)
    for demand in demands.values():
        orders[demand.outbound_id].append(demand)
    not_at = frozenset((task.location_id, task.item_id) for task in tasks.values())
    decided = find_stock(by=by, node_id=node_id, orders=list(orders.values()), not_at=not_at)
    post_movements(by=by, moves=[*moves, *(allocation_move(node_id, piece) for piece in decided.pieces)])

    elsewhere: dict[int, int] = defaultdict(int)
    for piece in decided.pieces:
        elsewhere[piece.demand.line_id] += piece.quantity
    shorted: dict[int, int] = defaultdict(int)
    for demand, units in decided.missing:
        shorted[demand.line_id] += units
    move_units(
        by.tenant_id,
        {
            line_id: Counts(waiting=demand.quantity - elsewhere[line_id], allocated=elsewhere[line_id] - demand.quantity)
            for line_id, demand in demands.items()
        },
    )
    new_tasks = _new_tasks(by, first, decided.pieces)
    for line_id, demand in demands.items():
        waiting = demand.quantity - elsewhere[line_id] - shorted[line_id]
        answers.append(
            Replacement(line_id, demand.quantity, elsewhere[line_id], waiting, shorted[line_id], tuple(new_tasks[line_id]))
        )
    return decided.missing


def _new_tasks(by: By, first: Mapping[int, TaskInHand], pieces: Sequence[Piece]) -> dict[int, list[int]]:
    """Tasks for units found elsewhere, started, at the end of the tour that missed them; their ids by line."""
    tour_ids = sorted({first[piece.demand.line_id].tour_id for piece in pieces})
    last = dict(
        fetch_all(
            "SELECT tour_id, max(sequence) FROM wms_pick_task WHERE tenant_id = %s AND tour_id = ANY (%s) GROUP BY tour_id",
            (by.tenant_id, tour_ids),
        )
    )
    rows = []
    for piece in pieces:
        task, stock = first[piece.demand.line_id], piece.stock
        last[task.tour_id] += 1
        at = (task.tour_id, last[task.tour_id], task.outbound_id, task.outbound_line_id)
        rows.append(store.NewTask(*at, task.item_id, task.owner_id, stock.lot_id, stock.place_id, piece.quantity))
    ids: dict[int, list[int]] = defaultdict(list)
    for row, task_id in zip(rows, store.insert_tasks(by, rows, badge=by.actor), strict=True):
        ids[row.outbound_line_id].append(task_id)
    return ids


def _raise_exceptions(
    by: By,
    tasks: Mapping[int, TaskInHand],
    missing: Mapping[int, int],
    damaged: Set[int],
    became: Mapping[int, Replacement],
) -> None:
    """Somebody looks at the bins: an exception each for the supervisor, a count task each for the floor. Its facts tell what
    became of the line's shortage, so that the manager need not look for it."""
    facts = {}
    for t in tasks.values():
        asked = {"sku": t.sku, "location": t.location, "asked": t.quantity, "missing": missing[t.id], "order": t.order_number}
        line = became[t.outbound_line_id]
        facts[t.id] = asked | {"elsewhere": line.elsewhere, "waiting": line.waiting, "shorted": line.shorted}
    for node_id in sorted({task.node_id for task in tasks.values()}):
        own = [
            Raised("damaged" if t.id in damaged else "short_pick", "pick_task", t.id, facts[t.id])
            for t in tasks.values()
            if t.node_id == node_id
        ]
        raise_exceptions(by=by, node_id=node_id, exceptions=own)
    record_events(by=by, events=[Event("release", task.outbound_id, "pick-short", facts[task.id]) for task in tasks.values()])
    request_counts(by=by, bins=sorted({(t.location_id, t.item_id) for t in tasks.values()}), reason="short_pick")


def _lock_totals(by: By, tasks: Mapping[int, TaskInHand]) -> None:
    """Lock the node's totals before the first letter: the OMS's rows come after ours (ADR on lock order), and ``ReleaseShorted``
    goes ahead of ``InventoryChanged`` so that the shorted units are free again when they are taken off."""
    execute(
        """SELECT 1 FROM wms_node_stock s WHERE s.tenant_id = %(tenant)s AND s.node_id = ANY (%(nodes)s) AND s.item_id = ANY (%(items)s)
           ORDER BY s.node_id, s.item_id, s.owner_id FOR UPDATE""",
        {
            "tenant": by.tenant_id,
            "nodes": sorted({task.node_id for task in tasks.values()}),
            "items": sorted({task.item_id for task in tasks.values()}),
        },
    )
