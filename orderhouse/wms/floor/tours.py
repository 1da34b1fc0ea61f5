"""A tour as its picker meets it. Where its picks lie, of what and for whom is remembered for a while; how far they are is asked each time."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import orjson

from orderhouse.database import fetch_all
from orderhouse.database.statements import run_compiled
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.floor.flows import pick
from orderhouse.wms.floor.walk import meters_left
from orderhouse.wms.routing.geometry import Geometry, Stop

REMEMBERED_SECONDS = 30.0
"""How long a process shows an item's name or a bin's place as it last read them. A pick's item, lot, bin and order never change."""
MOST_REMEMBERED = 500
"""Tours a process remembers."""


Standing = tuple[int, int, int, str, str | None]
"""How a task stands: its id, quantity, picked, state and badge."""


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


class _Way(NamedTuple):
    """A walk: the ids of its tasks, the meters left at each, where in it each is, and whose orders they are for."""

    walk: tuple[int, ...]
    meters: Sequence[int]
    position: Mapping[int, int]
    outbound_ids: frozenset[int]


_NOWHERE = _Way((), (), {}, frozenset())


@dataclass(slots=True)
class _Tour:
    number: str
    geometry: Geometry
    picks: dict[int, _Pick]
    until: float
    way: _Way = _NOWHERE

    def along(self, walk: tuple[int, ...]) -> _Way:
        """This walk, measured anew if it is another than last time."""
        way = self.way
        if walk != way.walk:
            picks = [self.picks[task_id] for task_id in walk]
            meters = meters_left(self.geometry, [each.stop for each in picks])
            position = {task_id: at for at, task_id in enumerate(walk)}
            way = self.way = _Way(walk, meters, position, frozenset(each.outbound_id for each in picks))
        return way


_known: dict[tuple[int, int], _Tour] = {}


class Walk(Sequence[pick.Task]):
    """A tour's tasks as they stand, each made when it is looked at: a scan looks at two or three of fifty. ``stopped``: outbounds
    that are cancelled, to be said before any task is looked at."""

    def __init__(self, tour: _Tour, standing: Sequence[Standing]) -> None:
        way = tour.along(tuple([row[0] for row in standing]))
        self.number, self.position, self.outbound_ids = tour.number, way.position, way.outbound_ids
        self._picks, self._meters, self._standing = tour.picks, way.meters, standing
        self._made: dict[int, pick.Task] = {}
        self.stopped: Set[int] = frozenset()

    def __len__(self) -> int:
        return len(self._standing)

    @overload
    def __getitem__(self, at: int) -> pick.Task: ...
    @overload
    def __getitem__(self, at: slice) -> list[pick.Task]: ...
    def __getitem__(self, at: int | slice) -> pick.Task | list[pick.Task]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        if at not in self._made:
            task_id, quantity, picked, state, badge = self._standing[at]
            told = self._picks[task_id][:7]
            stopped = told[0] in self.stopped
            self._made[at] = pick.Task(task_id, *told, quantity, picked, state, stopped, badge, self._meters[at])
        return self._made[at]


def tours_at_hand(tenant_id: int, tour_ids: Collection[int]) -> dict[int, Walk]:
    """Tours by id: their tasks in walking order, as they stand now. One statement, three where a tour is not
    remembered. Raises NotFound."""
    asked = sorted(tour_ids)
    rows = run_compiled(sql.load(__file__, "tour_standing"), {"tenant": tenant_id, "tours": asked})
    standing: dict[int, list[Standing]] = {tour_id: [] for tour_id in asked}
    for tour_id, *columns in rows:
        standing[tour_id] = list(zip(*columns, strict=True))
    now = time.monotonic()
    known = {tour_id: _known.get((tenant_id, tour_id)) for tour_id in asked}
    if strange := [
        tour_id
        for tour_id, tour in known.items()
        if tour is None or tour.until < now or any(row[0] not in tour.picks for row in standing[tour_id])
    ]:
        fresh = _read(tenant_id, strange)
        known |= fresh
        if len(_known) + len(fresh) > MOST_REMEMBERED:
            _known.clear()
        _known.update({(tenant_id, tour_id): tour for tour_id, tour in fresh.items()})
    return {tour_id: Walk(tour, standing[tour_id]) for tour_id, tour in known.items() if tour}


def _read(tenant_id: int, tour_ids: Sequence[int]) -> dict[int, _Tour]:
    found = fetch_all(
        """SELECT t.id, t.number, s.geometry::text FROM wms_tour t
           JOIN wms_site s ON s.tenant_id = t.tenant_id AND s.node_id = t.node_id
           WHERE t.tenant_id = %s AND t.id = ANY (%s)""",
        (tenant_id, list(tour_ids)),
    )
    heads = {tour_id: (number, geometry) for tour_id, number, geometry in found}
    for tour_id in tour_ids:
        if tour_id not in heads:
            raise NotFound(kind="tour", code=tour_id, field="target")
    picks: dict[int, dict[int, _Pick]] = {tour_id: {} for tour_id in heads}
    for tour_id, task_id, *told, aisle, y in fetch_all(
        sql.load(__file__, "tour_tasks"), {"tenant": tenant_id, "tours": list(heads)}
    ):
        picks[tour_id][task_id] = _Pick._make([*told, (aisle, y)])
    until = time.monotonic() + REMEMBERED_SECONDS
    geometries = {text: _geometry(orjson.loads(text)) for _, text in heads.values()}
    return {tour_id: _Tour(number, geometries[text], picks[tour_id], until) for tour_id, (number, text) in heads.items()}


def _geometry(site: dict[str, Any]) -> Geometry:
    return Geometry(
        tuple(site["aisles"]),
        tuple(site["cross_aisles"]),
        depot_aisle=site["depot_aisle"],
        depot_cross_aisle=site["depot_cross_aisle"],
    )
