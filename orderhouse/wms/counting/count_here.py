"""Somebody counts a bin nobody asked to be counted."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.request_counts import request_counts


def count_here(*, by: By, counts: Sequence[tuple[int, int, int]], reason: str = "floor") -> list[int]:
    """Ask for and make counts at once, as (location id, item id, units found), blind; the tasks that differ from the book.

    An open count of the same bin and item is the one that is made. As ``count_locations`` otherwise.
    """
    if not counts:
        return []
    with unit_of_work(by.tenant_id):
        asked = request_counts(by=by, bins=[(location_id, item_id) for location_id, item_id, _ in counts], reason=reason)
        return count_locations(by=by, counts=[Count(asked[place, item], units) for place, item, units in counts])
