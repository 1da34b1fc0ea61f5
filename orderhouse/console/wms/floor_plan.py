"""The warehouse from above, to scale: racks with their bins, the ways between them, the yard before them. Pure.

Meters of the building in, meters of the drawing out. The front (docks, benches) lies at the bottom; a building much deeper than
it is wide is turned, so that its front lies at the left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median

MARGIN = 1.7
RACK_DEPTH = 1.5
SIZES = {"pack_bench": (3.4, 1.2), "staging": (3.6, 1.6), "dock": (3.6, 1.5)}
"""Meters along the front and away from it."""
ROWS = {"pack_bench": 3.0, "staging": 1.0, "dock": -1.6}
"""Where places of the yard that a layout puts on top of one another are drawn apart: meters towards the aisles."""
TURN_FROM = 1.35
"""How much deeper than wide a building is before it is turned."""


@dataclass(frozen=True, slots=True)
class Place:
    """A location as the layout gives it: meters, ``aisle`` an index or None, ``room`` for units (0: no limit)."""

    id: int
    code: str
    kind: str
    zone: str
    aisle: int | None
    x: float
    y: float
    level: int
    room: int


@dataclass(frozen=True, slots=True)
class Box:
    """A place as a rectangle of the drawing."""

    place: Place
    x: float
    y: float
    width: float
    height: float

    @property
    def narrow(self) -> bool:
        """Whether there is no room for icon and whole code side by side: then the code's end stands under the icon."""
        return self.width < 3.3

    @property
    def label(self) -> str:
        return _tail(self.place.code) if self.narrow else self.place.code

    @property
    def icon_x(self) -> float:
        return round(self.x + (self.width / 2 - 0.3 if self.narrow else 0.2), 2)

    @property
    def icon_y(self) -> float:
        return round(self.y + self.height / 2 - (0.6 if self.narrow else 0.4), 2)

    @property
    def icon_size(self) -> float:
        return 0.6 if self.narrow else 0.8

    @property
    def text_x(self) -> float:
        return round(self.x + (self.width / 2 if self.narrow else 1.12), 2)

    @property
    def text_y(self) -> float:
        return round(self.y + self.height / 2 + (0.5 if self.narrow else 0.17), 2)


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point of the drawing."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """A drawing: ``cells`` are the bins in the order every layer speaks of them, ``racks`` the furniture around them."""

    width: float
    height: float
    turned: bool
    cells: tuple[Box, ...]
    racks: tuple[Rect, ...]
    ways: tuple[Rect, ...]
    crossings: tuple[Rect, ...]
    yard: tuple[Box, ...]
    aisles: tuple[Label, ...]
    start: tuple[float, float] | None
    levels: tuple[int, ...]
    left: float
    front: float
    doors: float

    @property
    def hall(self) -> Rect:
        """The walls; ``doors`` meters of the yard lie before the front one, where trucks stand."""
        away = 0.35 + self.doors
        if self.turned:
            return _rounded(away, 0.35, self.width - 0.35 - away, self.height - 0.7)
        return _rounded(0.35, 0.35, self.width - 0.7, self.height - 0.35 - away)

    @property
    def wide(self) -> bool:
        """Whether it fills a page better over the whole width."""
        return self.width > 1.6 * self.height

    @property
    def vast(self) -> bool:
        """Whether its labels must grow to be read with all of it in sight."""
        return max(self.width, self.height) > 70

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the building on the drawing."""
        if self.turned:
            return round(y - self.front, 2), round(x - self.left, 2)
        return round(x - self.left, 2), round(self.height - (y - self.front), 2)

    def line(self, points: Iterable[Sequence[float]], aside: float = 0.0) -> str:
        """Way points as an SVG points list; ``aside`` meters off the middle, so that walks on one way can be told apart."""
        return " ".join(f"{x + aside:g},{y + aside:g}" for x, y in (self.at(*point) for point in points))


def draw_floor(
    places: Sequence[Place],
    *,
    aisles: Sequence[float],
    cross_aisles: Sequence[float],
    depot: tuple[float, float] | None,
    level: int | None = None,
) -> FloorPlan | None:
    """The drawing of a building, or None for a node without a bin. ``level`` shows one level of the racks only."""
    bins = [place for place in places if place.kind == "bin"]
    if not bins:
        return None
    levels = tuple(sorted({place.level for place in bins}))
    shown = [place for place in bins if level is None or place.level == level]
    cells, racks = _racks(shown, aisles)
    every_rack = racks if level is None else _racks(bins, aisles)[1]
    yard = _yard([place for place in places if place.kind != "bin"], cross_aisles)
    boxes = [*every_rack, *(rect for _, rect in yard)]
    wide = (min(aisles) - 0.8, max(aisles) + 0.8)
    low_x, high_x = min(wide[0], *(r.x for r in boxes)), max(wide[1], *(r.x + r.width for r in boxes))
    low_y = min(cross_aisles[0] - 0.8, *(r.y for r in boxes))
    high_y = max(cross_aisles[-1] + 0.8, *(r.y + r.height for r in boxes))
    left, front = low_x - MARGIN, low_y - MARGIN
    breadth, depth = high_x - low_x + 2 * MARGIN, high_y - low_y + 2 * MARGIN
    turned = depth > TURN_FROM * breadth
    width, height = (depth, breadth) if turned else (breadth, depth)

    def put(rect: Rect) -> Rect:
        if turned:
            return _rounded(rect.y - front, rect.x - left, rect.height, rect.width)
        return _rounded(rect.x - left, height - (rect.y - front) - rect.height, rect.width, rect.height)

    def box(place: Place, rect: Rect) -> Box:
        drawn = put(rect)
        return Box(place, drawn.x, drawn.y, drawn.width, drawn.height)

    back = cross_aisles[-1] + 0.8
    names = aisle_names(bins)
    labels = []
    for index, x in enumerate(aisles):
        if index in names:
            at = (back - front + 0.1, x - left) if turned else (x - left, height - (back - front) - 0.1)
            labels.append(Label(names[index], round(at[0], 2), round(at[1], 2)))
    return FloorPlan(
        width=round(width, 2),
        height=round(height, 2),
        turned=turned,
        cells=tuple(box(place, rect) for place, rect in cells),
        racks=tuple(put(rect) for rect in every_rack),
        ways=tuple(put(Rect(x - 0.8, cross_aisles[0] - 0.8, 1.6, cross_aisles[-1] - cross_aisles[0] + 1.6)) for x in aisles),
        crossings=tuple(put(Rect(wide[0], y - 0.8, wide[1] - wide[0], 1.6)) for y in cross_aisles),
        yard=tuple(box(place, rect) for place, rect in yard),
        aisles=tuple(labels),
        start=None if depot is None else _start(depot, turned, left, front, height),
        levels=levels,
        left=left,
        front=front,
        doors=_doors(yard, low_y),
    )


def _doors(yard: Sequence[tuple[Place, Rect]], low_y: float) -> float:
    """How far the front wall stands back, so that docks at the very front are doors in it."""
    if any(place.kind == "dock" and rect.y <= low_y + 0.01 for place, rect in yard):
        return MARGIN - 0.35 + SIZES["dock"][1] / 2
    return 0.0


def aisle_names(bins: Iterable[Place]) -> dict[int, str]:
    """What people call the aisles: what the codes of an aisle's bins begin with where that is the aisle's own, else its number."""
    begins: dict[int, set[str]] = defaultdict(set)
    for place in bins:
        if place.aisle is not None:
            begins[place.aisle].add(_head(place.code))
    used = [head for heads in begins.values() for head in heads]
    return {
        aisle: next(iter(heads)) if len(heads) == 1 and used.count(next(iter(heads))) == 1 else str(aisle + 1)
        for aisle, heads in begins.items()
    }


def _head(code: str) -> str:
    for n, letter in enumerate(code):
        if not letter.isalnum():
            return code[:n]
    return code


def _tail(code: str) -> str:
    for n in range(len(code) - 1, 0, -1):
        if not code[n - 1].isalnum():
            return code[n:]
    return code


def _racks(bins: Sequence[Place], aisles: Sequence[float]) -> tuple[list[tuple[Place, Rect]], list[Rect]]:
    """Bins side by side in racks, levels behind one another (the lowest at the aisle), and the racks themselves."""
    columns: dict[tuple[int, int, float], list[Place]] = defaultdict(list)
    for place in bins:
        middle = aisles[place.aisle or 0]
        side = (place.x > middle + 0.05) - (place.x < middle - 0.05)
        columns[place.aisle or 0, side, round(place.x, 2)].append(place)
    cells: list[tuple[Place, Rect]] = []
    racks: list[Rect] = []
    for (aisle, side, x), own in sorted(columns.items()):
        depth = _depth(columns, aisle, side, x)
        ys = sorted({place.y for place in own})
        steps = [b - a for a, b in pairwise(ys)]
        along = min(max(min(steps), 0.35), 3.0) if steps else 1.2
        if steps and median(steps) > 3.0:
            along = 1.2
        near = x - depth / 2 if side == 0 else x if side > 0 else x - depth
        bays: dict[float, list[Place]] = defaultdict(list)
        for place in own:
            bays[place.y].append(place)
        for y, bay in bays.items():
            bay.sort(key=lambda place: (place.level, place.code))
            share = depth / len(bay)
            for n, place in enumerate(bay):
                slot = n if side >= 0 else len(bay) - 1 - n
                cells.append((place, Rect(near + slot * share + 0.04, y - along / 2 + 0.04, share - 0.08, along - 0.08)))
        begin = ys[0]
        for y, after in pairwise([*ys, float("inf")]):
            if after - y > 1.4 * along:
                racks.append(Rect(near - 0.06, begin - along / 2 - 0.06, depth + 0.12, y - begin + along + 0.12))
                begin = after
    cells.sort(key=lambda cell: (cell[0].aisle or 0, cell[0].code))
    return cells, racks


def _depth(columns: Mapping[tuple[int, int, float], object], aisle: int, side: int, x: float) -> float:
    """As deep as there is room to the next rack behind it: half of it where that one stands back to back."""
    if side == 0:
        return 1.0
    room = RACK_DEPTH
    for other_aisle, other_side, other_x in columns:
        gap = (other_x - x) * side
        if gap > 0.05:
            faces_us = other_aisle != aisle and other_side == -side
            room = min(room, gap / 2 - 0.08 if faces_us else gap - 0.08)
    return max(room, 0.4)


def _yard(places: Sequence[Place], cross_aisles: Sequence[float]) -> list[tuple[Place, Rect]]:
    """Docks, benches and staging places where the layout puts them; those it puts on top of one another in rows."""

    spacing: dict[str, float] = defaultdict(lambda: float("inf"))
    for kind in {place.kind for place in places}:
        for row in {place.y for place in places if place.kind == kind}:
            xs = sorted(place.x for place in places if place.kind == kind and place.y == row)
            gaps = [b - a for a, b in pairwise(xs) if b - a > 0.2]
            spacing[kind] = max(0.5, min(spacing[kind], *(gap - 0.2 for gap in gaps))) if gaps else spacing[kind]

    def boxes(apart: bool) -> list[tuple[Place, Rect]]:
        drawn = []
        for place in places:
            width, height = SIZES.get(place.kind, (2.0, 1.5))
            width = min(width, spacing[place.kind])
            before = place.y < cross_aisles[0]
            y = place.y + (ROWS.get(place.kind, 0.0) if apart and before else 0.0)
            drawn.append((place, Rect(place.x - width / 2, y - height / 2, width, height)))
        return drawn

    plain = boxes(False)
    crowded = len(plain) <= 400 and any(_overlap(a, b) for (_, a), (_, b) in combinations(plain, 2))
    return boxes(True) if crowded else plain


def _overlap(a: Rect, b: Rect) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def _start(depot: tuple[float, float], turned: bool, left: float, front: float, height: float) -> tuple[float, float]:
    x, y = depot
    return (round(y - front, 2), round(x - left, 2)) if turned else (round(x - left, 2), round(height - (y - front), 2))


def _rounded(x: float, y: float, width: float, height: float) -> Rect:
    return Rect(round(x, 2), round(y, 2), round(width, 2), round(height, 2))


# ── tours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TourStop:
    """A stop of a tour, in meters, in walking order."""

    tour_id: int
    number: str
    badge: str
    name: str
    x: float
    y: float
    aisle_x: float
    state: str
    tour_state: str = "ready"


@dataclass(frozen=True, slots=True)
class Dot:
    """A numbered stop."""

    n: int
    x: float
    y: float
    done: bool


@dataclass(frozen=True, slots=True)
class TourDrawing:
    """A tour: ``line`` through all its way points, the ``done`` part of it, its stops, the walker, and which of eight colors."""

    id: int
    number: str
    badge: str
    name: str
    color: int
    line: str
    done: str
    dots: tuple[Dot, ...]
    x: float
    y: float
    walking: bool

    @property
    def letters(self) -> str:
        """The walker's initials."""
        words = (self.name or self.badge).split()
        return "".join(word[0] for word in words[:2]).upper()


COLORS = 8


def draw_tours(
    plan: FloorPlan,
    stops: Iterable[TourStop],
    walks: Mapping[int, Sequence[Sequence[float]]],
    *,
    colors: Mapping[int, int] | None = None,
) -> tuple[TourDrawing, ...]:
    """Tours on the drawing. ``walks``: their way points by id; ``colors``: a color of one's own choice by id."""
    by_tour: dict[int, list[TourStop]] = {}
    for stop in stops:
        by_tour.setdefault(stop.tour_id, []).append(stop)
    return tuple(
        _tour(plan, own, walks.get(tour_id) or [(s.aisle_x, s.y) for s in own], (colors or {}).get(tour_id, n) % COLORS)
        for n, (tour_id, own) in enumerate(by_tour.items())
    )


def _tour(plan: FloorPlan, stops: Sequence[TourStop], walk: Sequence[Sequence[float]], color: int) -> TourDrawing:
    """The walker of a started tour stands at the last stop done; behind lies the walk as far as it led there, stop by stop."""
    aside = (color - COLORS / 2) * 0.11
    done = sum(stop.state in ("picked", "short") for stop in stops)
    reached, here = 0, (walk[0][0], walk[0][1])
    for stop in stops[:done]:
        reached, here = _along(walk, reached, (stop.aisle_x, stop.y))
    behind = [*walk[: reached + 1], here] if done else []
    if stops[0].tour_state == "done":
        behind = [*walk]
    dots: dict[tuple[float, float], Dot] = {}
    for stop in stops:
        at = plan.at(stop.x, stop.y)
        is_done = stop.state in ("picked", "short")
        known = dots.get(at)
        dots[at] = Dot(known.n if known else len(dots) + 1, *at, is_done and (known is None or known.done))
    x, y = plan.at(*here)
    first = stops[0]
    return TourDrawing(
        first.tour_id,
        first.number,
        first.badge,
        first.name,
        color,
        plan.line(walk, aside),
        plan.line(behind, aside),
        tuple(dots.values()),
        round(x + aside, 2),
        round(y + aside, 2),
        first.tour_state == "started",
    )


def _along(walk: Sequence[Sequence[float]], begin: int, to: tuple[float, float]) -> tuple[int, tuple[float, float]]:
    """The first leg from ``begin`` on that passes ``to``, and the point of it; where none does, the nearest way point."""
    for leg in range(begin, len(walk) - 1):
        (x0, y0), (x1, y1) = walk[leg], walk[leg + 1]
        if min(x0, x1) - 0.06 <= to[0] <= max(x0, x1) + 0.06 and min(y0, y1) - 0.06 <= to[1] <= max(y0, y1) + 0.06:
            return leg, to
    nearest = min(range(begin, len(walk)), key=lambda k: abs(walk[k][0] - to[0]) + abs(walk[k][1] - to[1]))
    return nearest, (walk[nearest][0], walk[nearest][1])
