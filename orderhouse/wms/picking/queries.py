"""Tours as pickers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class TourStop:
    """One pick of a tour: so many units of an item from a location, for an order, into its tote."""

    task_id: int
    sequence: int
    state: str
    outbound_id: int
    outbound_line_id: int
    release_number: str
    order_number: str
    cancel_wanted: bool
    item_id: int
    sku: str
    name: str
    lot_id: int
    lot_number: str
    serial_number: str
    expires_on: date | None
    location_id: int
    location: str
    quantity: int
    picked: int
    tote_id: int | None
    tote: str | None


@dataclass(frozen=True, slots=True)
class OpenTour:
    """A tour somebody walks or may start."""

    id: int
    number: str
    state: str
    badge: str | None
    tasks_open: int


def tour_stops(tenant_id: int, tour_id: int) -> list[TourStop]:
    """The picks of a tour along its walk, done ones too; ``tote`` is where the order's units go, if a tote carries it."""
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "tour_stops"), {"tenant": tenant_id, "tour": tour_id}, of=TourStop)


def next_tour(tenant_id: int, node_id: int, badge: str) -> OpenTour | None:
    """The tour this picker is on, else the oldest one nobody has taken."""
    with unit_of_work(tenant_id):
        return fetch_one(sql.load(__file__, "next_tour"), {"tenant": tenant_id, "node": node_id, "badge": badge}, of=OpenTour)
