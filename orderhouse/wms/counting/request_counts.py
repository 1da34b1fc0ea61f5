"""Ask for bins to be counted."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.counting import store


def request_counts(*, by: By, bins: Sequence[tuple[int, int]], reason: str) -> dict[tuple[int, int], int]:
    """Ask for a count of each (location id, item id); answers the open task of each.

    ``reason`` is what made somebody ask (schedule, short_pick, suspicion ...). A pair whose count is open already keeps it:
    asking again changes nothing.
    """
    if not bins:
        return {}
    with unit_of_work(by.tenant_id):
        return store.insert_tasks(by, bins, reason)
