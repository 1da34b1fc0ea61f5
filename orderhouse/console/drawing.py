"""What is drawn as SVG: plain numbers in, plain numbers out. Units are those of each drawing's own view box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sqrt

RIVER_WIDTH, RIVER_HEIGHT = 1400.0, 96.0


@dataclass(frozen=True, slots=True)
class River:
    """The band through all stages as one closed path, and where each stage's middle lies."""

    path: str
    middles: tuple[float, ...]


def river(counts: Sequence[int], *, open_stages: int) -> River:
    """A band whose width at each stage grows with the root of its orders, so that five beside five hundred can be seen.

    The first ``open_stages`` set the scale; a later one (a whole day's shipments) is cut at the band's greatest width. The
    curve leaves and enters each stage level (cubic, control points half way).
    """
    most = max([*counts[:open_stages], 1])
    halves = [2.5 + (RIVER_HEIGHT / 2 - 4) * min(1.0, sqrt(count / most)) for count in counts]
    step = RIVER_WIDTH / len(counts)
    middles = [step * (n + 0.5) for n in range(len(counts))]
    xs, hs = [0.0, *middles, RIVER_WIDTH], [halves[0], *halves, halves[-1]]
    center = RIVER_HEIGHT / 2
    points = [(x, center - h) for x, h in zip(xs, hs, strict=True)]
    back = [(x, center + h) for x, h in zip(reversed(xs), reversed(hs), strict=True)]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}" + _curve(points) + f"L{back[0][0]:.1f} {back[0][1]:.1f}" + _curve(back) + "Z"
    return River(path, tuple(middles))


def _curve(points: Sequence[tuple[float, float]]) -> str:
    pieces = []
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (x0 + x1) / 2
        pieces.append(f"C{half:.1f} {y0:.1f} {half:.1f} {y1:.1f} {x1:.1f} {y1:.1f}")
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: ``kind`` names its color, ``x`` and ``width`` are hundredths of the bar."""

    kind: str
    units: int
    x: float
    width: float


def track(units: Mapping[str, int]) -> list[Piece]:
    """Units by kind as the pieces of one bar, in the order given; kinds without units are left out."""
    total, x, pieces = sum(units.values()), 0.0, []
    for kind, count in units.items():
        if count > 0:
            width = 100.0 * count / total
            pieces.append(Piece(kind, count, round(x, 2), round(width, 2)))
            x += width
    return pieces


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall: the bar from ``x`` over ``width``, hundredths of the whole."""

    label: str
    units: int
    sign: str
    kind: str
    x: float
    width: float


def waterfall(start: int, less: Sequence[tuple[str, str, int]], end_label: str) -> list[Step]:
    """From what stands there to what is free: each of ``less`` (label, kind, units) is taken off from the right."""
    scale = 100.0 / max(start, sum(units for _, _, units in less), 1)
    steps = [Step("on hand", start, "", "total", 0.0, round(max(start, 0) * scale, 2))]
    left = start
    for label, kind, units in less:
        if units:
            left -= units
            steps.append(Step(label, units, "−", kind, round(max(left, 0) * scale, 2), round(units * scale, 2)))
    steps.append(Step(end_label, left, "=", "free", 0.0, round(max(left, 0) * scale, 2)))
    return steps


RING = 2 * 3.14159265 * 15.5
"""The circumference of the progress ring's circle, radius 15.5."""


def ring(done: int, of: int) -> tuple[float, int]:
    """The drawn length of a progress ring, and its percentage."""
    share = done / of if of else 0.0
    return round(RING * share, 2), round(100 * share)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a map: ``kind`` destination or node; ``end`` says that its label stands to its left."""

    code: str
    kind: str
    x: float
    y: float
    label_y: float
    end: bool
    note: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlacesMap:
    """Places and, where a destination is known, the ways to it as ``(x, y, chosen)`` of each node."""

    places: tuple[Place, ...]
    destination: Place | None


MAP_WIDTH, MAP_HEIGHT = 360.0, 260.0


def places_map(
    nodes: Sequence[tuple[str, float, float, str, bool]], destination: tuple[str, float, float] | None
) -> PlacesMap | None:
    """Nodes as (code, latitude, longitude, note, chosen) around a destination (name, latitude, longitude); None without any.

    Equirectangular about the middle latitude: true enough over a country, and straight lines stay nearly straight. A label
    that would stand upon another is set lower.
    """
    everything = [(lat, lon) for _, lat, lon, _, _ in nodes] + ([destination[1:]] if destination else [])
    if not nodes:
        return None
    middle = sum(lat for lat, _ in everything) / len(everything)
    squeeze = max(0.2, cos(radians(middle)))
    xs, ys = [lon * squeeze for _, lon in everything], [-lat for lat, _ in everything]
    scale = min((MAP_WIDTH - 150) / max(max(xs) - min(xs), 0.5), (MAP_HEIGHT - 56) / max(max(ys) - min(ys), 0.5))
    left = MAP_WIDTH / 2 - scale * (max(xs) + min(xs)) / 2
    top = MAP_HEIGHT / 2 - scale * (max(ys) + min(ys)) / 2
    taken: list[tuple[float, float]] = []

    def place(code: str, kind: str, lat: float, lon: float, note: str, chosen: bool) -> Place:
        x, y = left + scale * lon * squeeze, top - scale * lat
        end, label_y = x > MAP_WIDTH * 0.55, y
        while any(abs(at - x) < 84 and abs(label_y - other) < 26 for at, other in taken):
            label_y += 4
        taken.append((x, label_y))
        return Place(code, kind, round(x, 1), round(y, 1), round(label_y, 1), end, note, chosen)

    target = place(destination[0], "destination", *destination[1:], "", False) if destination else None
    return PlacesMap(tuple(place(code, "node", lat, lon, note, chosen) for code, lat, lon, note, chosen in nodes), target)
