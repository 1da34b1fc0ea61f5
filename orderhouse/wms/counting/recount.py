"""The manager does not believe the count: somebody counts again."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.counting import store
from orderhouse.wms.counting.refusals import CountStep
from orderhouse.wms.stock.settle_exceptions import settle_exceptions


def recount(*, by: By, task_ids: Sequence[int]) -> list[int]:
    """Set counts aside and ask for fresh ones of the same bins and items; the new tasks. Raises ``NotFound``, ``CountStep``."""
    if not task_ids:
        return []
    with unit_of_work(by.tenant_id):
        tasks = store.lock_tasks(by.tenant_id, task_ids)
        for task in tasks.values():
            if task.state != "counted":
                raise CountStep(
                    sku=task.sku,
                    location=task.location,
                    state=task.state,
                    by_whom="",
                    wanted="counted again",
                    mend="Ask for a new count.",
                )
        store.set_states(by.tenant_id, tasks, "cancelled")
        settle_exceptions(by=by, subject_kind="count_task", subject_ids=list(tasks))
        bins = [(task.location_id, task.item_id) for task in tasks.values()]
        return sorted(store.insert_tasks(by, bins, "recount").values())
