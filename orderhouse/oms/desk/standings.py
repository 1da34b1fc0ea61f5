"""How orders stand, in the few facts that an action on many compares before and after."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class Standing:
    """One order: units by where they stand, its open holds, its nodes, and what its sourcing costs (minor units).

    ``begun`` and ``not_begun`` count its open releases by whether a picker has begun. ``cancelled_value`` is money in
    ``currency`` of units cancelled or asked back; times are text. ``begun`` counts from the node's news, so it may lag.
    """

    id: int
    number: str
    state: str
    currency: str
    ships_partially: bool
    promised_at: str | None
    ship_by: str | None
    cancelled: int
    backordered: int
    reserved: int
    released: int
    shipped: int
    cancel_wanted: int
    cancelled_value: str
    holds: list[str]
    reserved_at: list[str]
    released_to: list[str]
    begun: int
    not_begun: int
    cost: int | None

    @property
    def open(self) -> int:
        """Units neither shipped nor cancelled."""
        return self.backordered + self.reserved + self.released

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def standings(tenant_id: int, order_ids: Collection[int]) -> dict[int, Standing]:
    """These orders by id; unknown ones are absent. One statement."""
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "standings"), {"tenant": tenant_id, "orders": list(order_ids)}, of=Standing)
    return {row.id: row for row in rows}
