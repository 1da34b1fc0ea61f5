"""Stock an order could be picked from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class Stock:
    """Free good units of one item, lot and owner in one place.

    ``in_bin`` is false on a dock or in staging: there it counts as here, but is not picked from. ``opened`` rises with the
    age of the account. ``aisle`` and ``y`` (meters) are its stop; ``far`` its walk from the depot in meters. ``free`` falls
    as units are promised to lines.
    """

    place_id: int
    item_id: int
    owner_id: int
    lot_id: int
    single: bool
    free: int
    in_bin: bool
    zone_id: int
    expires_on: date | None
    held: bool
    first_received_at: datetime | None
    opened: int
    aisle: int | None
    y: float
    far: float = 0.0
