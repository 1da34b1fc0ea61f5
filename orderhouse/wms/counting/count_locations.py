"""Somebody has counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.counting import store
from orderhouse.wms.counting.refusals import CountStep
from orderhouse.wms.counting.rules import STEPS, repeats
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions


class Count(NamedTuple):
    """Units of the task's item a person found in its bin, without being shown what the book has."""

    task_id: int
    counted: int


def count_locations(*, by: By, counts: Sequence[Count]) -> list[int]:
    """Write blind counts; answers the tasks whose count differs from the book (free and allocated units in the bin).

    A count that matches is approved at once. One that differs waits for ``approve_variances`` under an exception the manager
    sees; the book is not touched here. Raises ``InvalidInput``, ``NotFound``, ``CountStep`` naming who counted before.
    """
    for at, count in enumerate(counts):
        if not 0 <= count.counted <= 2**31 - 1:
            raise InvalidInput(field=f"counts[{at}].counted", reason=f"{count.counted} cannot be counted in a bin")
    if (twice := repeats([count.task_id for count in counts])) is not None:
        raise InvalidInput(field="counts", reason=f"task {twice} stands twice")
    if not counts:
        return []
    with unit_of_work(by.tenant_id):
        tasks = store.lock_tasks(by.tenant_id, [count.task_id for count in counts])
        for task in tasks.values():
            if "counted" not in STEPS[task.state]:
                by_whom = f" (by {task.badge})" if task.badge else ""
                raise CountStep(
                    sku=task.sku,
                    location=task.location,
                    state=task.state,
                    by_whom=by_whom,
                    wanted="counted",
                    mend="Take the next count.",
                )
        book = store.in_book(by.tenant_id, tasks.values())
        written, events, raised = {}, [], {}
        for task_id, counted in counts:
            task = tasks[task_id]
            expected = sum(row.quantity for row in book.get((task.location_id, task.item_id), ()))
            written[task_id] = (expected, counted, "approved" if counted == expected else "counted")
            facts = {
                "location": task.location,
                "location_id": task.location_id,
                "sku": task.sku,
                "expected": expected,
                "counted": counted,
            }
            if counted == expected:
                events.append(Event("item", task.item_id, "count-matched", facts))
            else:
                events.append(Event("item", task.item_id, "count-differed", facts))
                raised[task_id] = (task.node_id, Raised("count_variance", "count_task", task_id, facts | {"badge": by.actor}))
        store.save_counts(by, written)
        for node_id in sorted({node_id for node_id, _ in raised.values()}):
            raise_exceptions(by=by, node_id=node_id, exceptions=[each for at, each in raised.values() if at == node_id])
        record_events(by=by, events=events)
    return sorted(raised)
