"""What waits to be put away, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Units at a dock, tote or parcel and the bin suggested for them; ``quantity`` is what is still to do."""

    id: int
    kind: str
    item_id: int
    sku: str
    name: str
    lot_id: int
    lot_number: str
    serial_number: str
    quantity: int
    source_place_id: int
    source: str
    location_id: int
    location: str
    badge: str
    receipt_id: int | None
    created_at: datetime


def open_tasks(
    tenant_id: int, node_id: int, *, source_place_id: int | None = None, item_id: int | None = None, limit: int = 200
) -> list[OpenTask]:
    """The node's open putaway and putback tasks, oldest first; of one source place or item if asked."""
    parameters = {"tenant": tenant_id, "node": node_id, "source": source_place_id, "item": item_id, "limit": limit}
    return fetch_all(sql.load(__file__, "open_tasks"), parameters, of=OpenTask)
