"""The warehouse as a drawing: bays, benches and the tours under way, in the building's own meters. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orderhouse.console.wms.queries import Bay, Stop

MARGIN = 2.5
FILLS = 5
YARD = {"pack_bench": 0.0, "staging": 2.6, "dock": 5.2}
"""Meters by which places before the aisles are drawn further to the front: benches, staging places and docks may share a line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place as a rectangle; ``fill`` 0 (empty) to 4 (full) for bins."""

    kind: str
    code: str
    x: float
    y: float
    width: float
    height: float
    fill: int
    units: int


@dataclass(frozen=True, slots=True)
class TourDrawing:
    """A tour: ``line`` through all its stops, the ``done`` part of it, where the walker is, and which of six colors it has."""

    number: str
    badge: str
    color: int
    line: str
    done: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Building:
    """A drawing with its view box; y grows to the back of the building, so the front (docks, benches) is at the bottom."""

    view_box: str
    cells: tuple[Cell, ...]
    tours: tuple[TourDrawing, ...]


def draw_building(bays: Sequence[Bay], stops: Iterable[Stop], walks: Mapping[int, Sequence[Sequence[float]]]) -> Building | None:
    """The drawing, or None for a node without places. ``walks``: the way points of tours by id."""
    if not bays:
        return None
    left, right = min(b.x for b in bays) - MARGIN, max(b.x for b in bays) + MARGIN
    front = min(b.y - YARD.get(b.kind, 0.0) for b in bays) - MARGIN
    back = max(b.y for b in bays) + MARGIN
    cells = tuple(_cell(bay, back) for bay in bays)
    by_tour: dict[int, list[Stop]] = {}
    for stop in stops:
        by_tour.setdefault(stop.tour_id, []).append(stop)
    tours = tuple(
        _tour(n, of_tour, walks.get(tour_id) or [(s.x, s.y) for s in of_tour], back)
        for n, (tour_id, of_tour) in enumerate(by_tour.items())
    )
    return Building(f"{left:.1f} 0 {right - left:.1f} {back - front:.1f}", cells, tours)


def _cell(bay: Bay, back: float) -> Cell:
    width, height = (1.5, 1.05) if bay.kind == "bin" else (2.6, 1.8)
    share = min(1.0, bay.units / bay.room) if bay.room else 0.0
    fill = 0 if not bay.units else 1 + min(FILLS - 2, int(share * (FILLS - 1)))
    x, y = bay.x - width / 2, back - bay.y + YARD.get(bay.kind, 0.0) - height / 2
    return Cell(bay.kind, bay.code, round(x, 2), round(y, 2), width, height, fill, bay.units)


def _tour(n: int, stops: Sequence[Stop], walk: Sequence[Sequence[float]], back: float) -> TourDrawing:
    """The walker stands at the first stop that is not done; what lies behind is the walk up to its point nearest to there."""
    done = sum(stop.state in ("picked", "short") for stop in stops)
    at = stops[min(done, len(stops) - 1)]
    reached = min(range(len(walk)), key=lambda k: (abs(walk[k][0] - at.x) + abs(walk[k][1] - at.y), k)) if done else 0
    points = [(round(x, 2), round(back - y, 2)) for x, y in walk]
    here = (round(at.x, 2), round(back - at.y, 2))
    behind = [*points[: reached + 1], here] if done else []
    return TourDrawing(stops[0].number, stops[0].badge, n % 6, _path(points), _path(behind), *here)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
