"""From allocated pieces to walks: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from orderhouse.wms.picking.strategies import STRATEGIES, CartLimits, PickOrder
from orderhouse.wms.routing import Geometry, Point, Stop, s_shape_length


@dataclass(frozen=True, slots=True)
class Choice:
    """Which waiting orders a wave takes; None is any. ``cutoff_at``: those that must leave by then; ``priority``: that urgent or
    more (0 is the most urgent); ``owner_id``: all their waiting lines are of that owner; ``item_id``: one of them is of that item;
    ``single_line``: one line waits; ``max_orders`` and ``max_wave_units``: as many as fit, the most urgent first; ``zone``: those
    that can be picked whole in it."""

    cutoff_at: datetime | None = None
    carrier: str | None = None
    service: str | None = None
    priority: int | None = None
    owner_id: int | None = None
    item_id: int | None = None
    single_line: bool = False
    max_orders: int | None = None
    max_wave_units: int | None = None
    zone: str | None = None


class Spot(NamedTuple):
    """Units to pick at one stop for one order; ``ref`` is the caller's own (a piece, a task)."""

    outbound_id: int
    stop: Stop
    units: int
    ref: int


class Walk(NamedTuple):
    """One tour: its meters, way points, and the refs of its picks along the way."""

    meters: float
    path: tuple[Point, ...]
    refs: tuple[int, ...]


def plan_walks(
    spots: Iterable[Spot],
    geometry: Geometry,
    *,
    strategy: str,
    limits: CartLimits,
    deadline_seconds: float = 0.0,
    seed: int = 0,
) -> list[Walk]:
    """The tours of a wave by a picking strategy; every spot is in exactly one."""
    by_order = _by_order(spots)
    orders = [
        PickOrder(outbound_id, tuple(spot.stop for spot in own), sum(spot.units for spot in own))
        for outbound_id, own in by_order.items()
    ]
    planned = STRATEGIES[strategy](orders, geometry, limits, deadline_seconds=deadline_seconds, seed=seed)
    return [
        Walk(tour.length_meters, tour.path, tuple(by_order[key][index].ref for key, index in tour.stop_sequence))  # type: ignore[index]
        for tour in planned
    ]


def meters_order_by_order(spots: Iterable[Spot], geometry: Geometry) -> float:
    """What it would be to fetch every order alone, in S-shape: the comparison a supervisor knows."""
    return sum(s_shape_length(geometry, {spot.stop for spot in own}) for own in _by_order(spots).values())


def zones_of(aisles: Mapping[int, Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    """Groups of aisles for zone picking from the aisles of each zone; an aisle two zones share goes to the first."""
    taken: set[int] = set()
    groups = []
    for zone in sorted(aisles):
        own = tuple(sorted(set(aisles[zone]) - taken))
        taken.update(own)
        if own:
            groups.append(own)
    return tuple(groups)


def _by_order(spots: Iterable[Spot]) -> dict[int, Sequence[Spot]]:
    by_order: dict[int, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_order[spot.outbound_id].append(spot)
    return dict(by_order)
