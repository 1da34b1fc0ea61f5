"""A supervisor says who walks a tour."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_one, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.picking.refusals import TourNotReady, TourTaken


@dataclass(frozen=True, slots=True)
class _Tour:
    number: str
    wave_id: int
    state: str
    badge: str | None


def assign_tour(*, by: By, tour_id: int, badge: str | None) -> None:
    """Keep a tour for a badge, who is given it next; None gives it back to whoever comes. Repeating changes nothing.

    Refuses a tour somebody walks (:class:`TourTaken`), one that is done (:class:`TourNotReady`), and an unknown badge.
    """
    with unit_of_work(by.tenant_id):
        tour = fetch_one(
            "SELECT number, wave_id, state, badge FROM wms_tour WHERE tenant_id = %s AND id = %s FOR UPDATE",
            (by.tenant_id, tour_id),
            of=_Tour,
        )
        if tour is None:
            raise NotFound(kind="tour", code=tour_id, field="tour_id")
        if tour.state == "started":
            raise TourTaken(tour=tour.number, badge=tour.badge)
        if tour.state == "done":
            raise TourNotReady(tour=tour.number, why="it is done")
        if badge is not None and not fetch_value(
            "SELECT id FROM people_badge WHERE tenant_id = %s AND code = %s AND active", (by.tenant_id, badge)
        ):
            raise NotFound(kind="badge", code=badge, field="badge")
        if badge == tour.badge:
            return
        execute("UPDATE wms_tour SET badge = %s WHERE tenant_id = %s AND id = %s", (badge, by.tenant_id, tour_id))
        facts = {"tour": tour.number, "badge": badge, "before": tour.badge}
        record_events(by=by, events=[Event("wave", tour.wave_id, "tour-assigned" if badge else "tour-given-back", facts)])
