"""Lock the whole book of some items, so that what follows in a transaction may touch it in any order."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import fetch_values
from orderhouse.kernel import sql


def lock_books(tenant_id: int, item_ids: Collection[int]) -> None:
    """Inside the caller's unit of work, after its orders and lines: lock every account of the promise book of these items, in id
    order. For verbs that free and promise again in one transaction; the others' accounts are locked by what they post."""
    if item_ids:
        fetch_values(sql.load(__file__, "lock_books"), {"tenant": tenant_id, "items": sorted(set(item_ids))})
