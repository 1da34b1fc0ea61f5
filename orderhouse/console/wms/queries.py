"""What the floor did with releases, beyond what its rooms tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class FloorPick:
    """One pick of a release, or the release alone while it waits (the pick's fields are None then)."""

    outbound_id: int
    release_number: str
    node: str
    state: str
    wave: str | None
    cancel_wanted: bool
    tour: str | None
    picker: str
    sku: str | None
    bin: str | None
    tote: str | None
    quantity: int | None
    picked: int | None
    pick_state: str | None
    done_at: datetime | None
    parcel: str | None
    parcel_state: str | None


def floor_of_releases(tenant_id: int, numbers: Sequence[str]) -> list[FloorPick]:
    """What the floor did with these releases, release by release in picking order."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "floor_of_releases"), {"tenant": tenant_id, "numbers": list(numbers)}, of=FloorPick)
