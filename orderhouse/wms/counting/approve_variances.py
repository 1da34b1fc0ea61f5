"""The manager believes the count: the book follows."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.counting import store
from orderhouse.wms.counting.refusals import CountStep
from orderhouse.wms.counting.rules import Free, correct
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions
from orderhouse.wms.stock.settle_exceptions import settle_exceptions


def approve_variances(*, by: By, task_ids: Sequence[int]) -> int:
    """Correct the book by what each count differed when it was made; answers the net units found (lost ones negative).

    What was picked or put away since the count stays counted, for the difference is posted, not the figure. Missing units go
    from good to lost, surplus ones from found to good, and the node tells it. Units the book cannot post by itself (allocated
    to orders, of an unknown lot or serial: see :func:`.rules.correct`) become a ``conflict`` the manager must settle; no
    balance ever falls below zero. Raises ``NotFound``, ``CountStep``, ``InsufficientStock`` where a picker was quicker.
    """
    if not task_ids:
        return 0
    with unit_of_work(by.tenant_id):
        tasks = store.lock_tasks(by.tenant_id, task_ids)
        for task in tasks.values():
            if task.state != "counted":
                by_whom = f" (by {task.badge})" if task.badge else ""
                mend = "Count it first." if task.state == "ready" else "Nothing is left to approve."
                raise CountStep(
                    sku=task.sku, location=task.location, state=task.state, by_whom=by_whom, wanted="approved", mend=mend
                )
        book = store.in_book(by.tenant_id, tasks.values())
        free = {
            key: {row.lot_id: Free(row.lot_id, row.single, row.expires_on, row.quantity) for row in rows if row.state == "good"}
            for key, rows in book.items()
        }
        moves: list[Move] = []
        changes: dict[int, list[StockChange]] = {}
        conflicts: dict[int, list[Raised]] = {}
        events = []
        for task in tasks.values():
            assert task.counted is not None
            assert task.expected is not None
            here = free.setdefault((task.location_id, task.item_id), {})
            tracked = task.tracks_lots or task.tracks_serials
            correction = correct(task.counted - task.expected, here.values(), tracked=tracked, single=task.tracks_serials)
            key, delta = (task.node_id, task.item_id, task.owner_id), 0
            for lot, units in correction.lost:
                good = physical(*key, "good", task.location_id, lot.lot_id, lot.single)
                moves.append(Move(good, physical(*key, "lost", 0, lot.lot_id, lot.single), units, "count", task.id))
                here[lot.lot_id] = lot._replace(quantity=lot.quantity - units)
                delta -= units
            for lot, units in correction.found:
                good = physical(*key, "good", task.location_id, lot.lot_id, lot.single)
                moves.append(Move(physical(*key, "found", 0, lot.lot_id, lot.single), good, units, "count", task.id))
                delta += units
            changes.setdefault(task.node_id, []).append(StockChange(task.item_id, task.owner_id, delta, "counted"))
            facts = {
                "location": task.location,
                "sku": task.sku,
                "expected": task.expected,
                "counted": task.counted,
                "posted": delta,
            }
            if correction.unposted:
                facts |= {"unposted": correction.unposted, "why": correction.why}
                conflicts.setdefault(task.node_id, []).append(Raised("conflict", "count_task", task.id, facts))
            events.append(Event("item", task.item_id, "count-approved", facts))
        store.set_states(by.tenant_id, tasks, "approved")
        settle_exceptions(by=by, subject_kind="count_task", subject_ids=list(tasks))
        for node_id, raised in sorted(conflicts.items()):
            raise_exceptions(by=by, node_id=node_id, exceptions=raised)
        post_movements(by=by, moves=moves)
        record_events(by=by, events=events)
        for node_id, changed in sorted(changes.items()):
            change_node_stock(by=by, node_id=node_id, changes=changed)
    return sum(change.delta for changed in changes.values() for change in changed)
