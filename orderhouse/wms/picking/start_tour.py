"""A picker takes a tour."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.database import execute, fetch_one, fetch_value, fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.store import lock_outbounds
from orderhouse.wms.picking.queries import TourStop, tour_stops
from orderhouse.wms.picking.refusals import OnAnotherTour, TourNotReady, TourTaken


@dataclass(frozen=True, slots=True)
class StartedTour:
    """A tour under way: its orders in tote slots, and its stops along the walk."""

    tour_id: int
    number: str
    badge: str
    outbound_ids: tuple[int, ...]
    stops: tuple[TourStop, ...]


@dataclass(frozen=True, slots=True)
class _Tour:
    number: str
    node_id: int
    state: str
    badge: str | None
    wave: str


def start_tour(*, by: By, tour_id: int) -> StartedTour:
    """Give a released wave's tour to the badge ``by.actor``. Starting one's own tour again answers the same.

    Refuses somebody else's (:class:`TourTaken` names who), one of a wave not released, one that is done, and a second one for a
    picker who walks another (:class:`OnAnotherTour`).
    """
    with unit_of_work(by.tenant_id):
        outbound_ids = fetch_values(
            "SELECT DISTINCT outbound_id FROM wms_pick_task WHERE tenant_id = %s AND tour_id = %s", (by.tenant_id, tour_id)
        )
        lock_outbounds(by.tenant_id, outbound_ids)
        tour = fetch_one(
            """SELECT t.number, t.node_id, t.state, t.badge, w.state AS wave FROM wms_tour t
               JOIN wms_wave w ON w.tenant_id = t.tenant_id AND w.id = t.wave_id
               WHERE t.tenant_id = %s AND t.id = %s FOR UPDATE OF t""",
            (by.tenant_id, tour_id),
            of=_Tour,
        )
        if tour is None:
            raise NotFound(kind="tour", code=tour_id, field="tour_id")
        if tour.badge not in (None, by.actor):
            raise TourTaken(tour=tour.number, badge=tour.badge)
        if tour.state == "done":
            raise TourNotReady(tour=tour.number, why="it is done")
        if tour.wave == "planned":
            raise TourNotReady(tour=tour.number, why="its wave is not released")
        if tour.state == "ready":
            if other := fetch_value(
                "SELECT number FROM wms_tour WHERE tenant_id = %s AND badge = %s AND state = 'started'", (by.tenant_id, by.actor)
            ):  # of two starts at once the table's index refuses one
                raise OnAnotherTour(tour=tour.number, badge=by.actor, other=other)
            params = {"tenant": by.tenant_id, "tour": tour_id, "badge": by.actor, "at": by.at}
            execute(
                """UPDATE wms_tour SET state = 'started', badge = %(badge)s, started_at = %(at)s
                   WHERE tenant_id = %(tenant)s AND id = %(tour)s""",
                params,
            )
            execute(
                """UPDATE wms_pick_task SET state = 'started', badge = %(badge)s
                   WHERE tenant_id = %(tenant)s AND tour_id = %(tour)s AND state = 'ready'""",
                params,
            )
            execute(
                """UPDATE wms_outbound SET picking_started_at = %(at)s
                   WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s) AND picking_started_at IS NULL""",
                params | {"ids": outbound_ids},
            )
            derive_outbounds(by=by, outbound_ids=outbound_ids)
        stops = tour_stops(by.tenant_id, tour_id)
        slots = tuple(dict.fromkeys(stop.outbound_id for stop in stops))
        return StartedTour(tour_id, tour.number, by.actor, slots, tuple(stops))
