"""The counter noticed a slip: the count is set aside and made again."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.counting.recount import recount
from orderhouse.wms.counting.request_counts import request_counts


def count_again(*, by: By, pairs: Sequence[tuple[int, int]]) -> None:
    """Ask again for counts of (location id, item id); those this badge made that wait for the manager are set aside.

    A count that matched, or that the manager believed already, stands; the fresh one is compared with the book as it is then.
    So the answer is the same whatever the first count found, and says nothing of the book.
    """
    if not pairs:
        return
    with unit_of_work(by.tenant_id):
        waiting = fetch_values(
            """SELECT c.id FROM unnest(%(locations)s::bigint[], %(items)s::bigint[]) AS u (location_id, item_id)
               JOIN wms_count_task c ON c.tenant_id = %(tenant)s AND c.location_id = u.location_id AND c.item_id = u.item_id
               WHERE c.state = 'counted' AND c.badge = %(badge)s ORDER BY c.id""",
            {
                "tenant": by.tenant_id,
                "badge": by.actor,
                "locations": [location_id for location_id, _ in pairs],
                "items": [item_id for _, item_id in pairs],
            },
        )
        recount(by=by, task_ids=waiting)
        request_counts(by=by, bins=pairs, reason="recount")
