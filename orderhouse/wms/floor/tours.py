"""A tour as its picker meets it. Where its picks lie, of what and for whom is remembered for a while; how far they are is asked each time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from orderhouse.database import fetch_all, fetch_one
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.floor.flows import pick
from orderhouse.wms.floor.walk import meters_left
from orderhouse.wms.routing.geometry import Geometry, Stop

REMEMBERED_SECONDS = 30.0
"""How long a process shows an item's name or a bin's place as it last read them. A pick's item, lot, bin and order never change."""
MOST_REMEMBERED = 500
"""Tours a process remembers."""


class _Pick(NamedTuple):
    """What of a pick task stays as it was planned, and where its bin stands on the walk."""

    outbound_id: int
    order: str
    item_id: int
    sku: str
    name: str
    lot: str
    bin: str
    stop: Stop


@dataclass(slots=True)
class _Tour:
    number: str
    geometry: Geometry
    picks: dict[int, _Pick]
    until: float
    measured: tuple[tuple[int, ...], Sequence[int]] = ((), ())

    def meters_along(self, walk: tuple[int, ...]) -> Sequence[int]:
        """The meters left at each task of this walk."""
        measured, meters = self.measured
        if walk != measured:
            meters = meters_left(self.geometry, [self.picks[task_id].stop for task_id in walk])
            self.measured = (walk, meters)
        return meters


_known: dict[tuple[int, int], _Tour] = {}


def tour_at_hand(tenant_id: int, tour_id: int | None) -> tuple[str, list[pick.Task]]:
    """A tour's number and its tasks in walking order, as they stand now: one statement, three where the tour is not remembered.
    Raises NotFound."""
    rows = fetch_all(sql.load(__file__, "tour_standing"), {"tenant": tenant_id, "tour": tour_id})
    walk = tuple([row[0] for row in rows])
    tour = _known.get((tenant_id, tour_id or 0))
    if tour is None or tour.until < time.monotonic() or not tour.picks.keys() >= set(walk):
        tour = _read(tenant_id, tour_id)
        if len(_known) >= MOST_REMEMBERED:
            _known.clear()
        _known[tenant_id, tour_id or 0] = tour
    tasks = []
    for row, meters in zip(rows, tour.meters_along(walk), strict=True):
        task_id, quantity, picked, state, badge, stopped = row
        tasks.append(pick.Task(task_id, *tour.picks[task_id][:7], quantity, picked, state, stopped, badge, meters))
    return tour.number, tasks


def _read(tenant_id: int, tour_id: int | None) -> _Tour:
    found = fetch_one(
        """SELECT t.number, s.geometry::text FROM wms_tour t JOIN wms_site s ON s.tenant_id = t.tenant_id AND s.node_id = t.node_id
           WHERE t.tenant_id = %s AND t.id = %s""",
        (tenant_id, tour_id),
    )
    if found is None:
        raise NotFound(kind="tour", code=tour_id, field="target")
    rows = fetch_all(sql.load(__file__, "tour_tasks"), {"tenant": tenant_id, "tour": tour_id})
    picks = {task_id: _Pick._make([*told, (aisle, y)]) for task_id, *told, aisle, y in rows}
    return _Tour(found[0], _geometry(orjson.loads(found[1])), picks, time.monotonic() + REMEMBERED_SECONDS)


def _geometry(site: dict[str, Any]) -> Geometry:
    return Geometry(
        tuple(site["aisles"]),
        tuple(site["cross_aisles"]),
        depot_aisle=site["depot_aisle"],
        depot_cross_aisle=site["depot_cross_aisle"],
    )
