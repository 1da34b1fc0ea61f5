"""Ask one person to make counts."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.people.define_badges import badge_name
from orderhouse.wms.counting import store
from orderhouse.wms.counting.refusals import CountStep


def assign_counts(*, by: By, task_ids: Sequence[int], badge: str) -> int:
    """Give counts that are still to make to an active badge, or with ``badge`` empty to anybody again; how many.

    From then on only that badge's scanner offers them. Raises ``NotFound`` (badge, task), ``CountStep`` for one counted already.
    """
    if not task_ids:
        return 0
    with unit_of_work(by.tenant_id):
        if badge:
            badge_name(by.tenant_id, badge)
        tasks = store.lock_tasks(by.tenant_id, task_ids)
        for task in tasks.values():
            if task.state != "ready":
                raise CountStep(
                    sku=task.sku,
                    location=task.location,
                    state=task.state,
                    by_whom=f" (by {task.badge})" if task.badge else "",
                    wanted="assigned",
                    mend="Ask for a recount to have it counted by somebody else.",
                )
        execute(
            "UPDATE wms_count_task SET assigned_to = nullif(%s, '') WHERE tenant_id = %s AND id = ANY (%s)",
            (badge, by.tenant_id, sorted(tasks)),
        )
    return len(tasks)
