"""A figure's history as steps: it stays until something moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil, floor, log10

from orderhouse.console.stock_books import Scope, Span, history

HEIGHT = 220.0
NARROW, WIDE = 720.0, 1080.0
"""How wide a chart is drawn: beside something else, or alone."""

LEFT, RIGHT, TOP, FOOT = 52.0, 12.0, 12.0, 30.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the scale: where it is drawn, and what is written at it."""

    at: float
    text: str
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """A drawn history: ``line`` and the ``area`` under it down to zero as SVG paths, with its two scales."""

    line: str
    area: str
    rows: tuple[Mark, ...]
    columns: tuple[Mark, ...]
    low: int
    high: int
    last: int
    last_x: float
    last_y: float
    width: float = NARROW
    height: float = HEIGHT

    @property
    def left(self) -> float:
        """Where the scale of units ends and time begins."""
        return LEFT

    @property
    def right(self) -> float:
        """Where now is."""
        return self.width - RIGHT


def steps(start: int, spans: Sequence[Span], since: datetime, until: datetime, zone: tzinfo, *, width: float = NARROW) -> Steps:
    """The steps from ``start`` over the spans; a span's change is drawn where the span begins. Zero is always on the scale."""
    values = [start, *(span.after for span in spans)]
    tick = _tick(max(0, *values) - min(0, *values))
    bottom, top = floor(min(0, *values) / tick) * tick, max(ceil(max(0, *values) / tick), 1) * tick
    whole = (until - since).total_seconds() or 1.0

    def x(moment: datetime) -> float:
        return round(LEFT + (width - LEFT - RIGHT) * (moment - since).total_seconds() / whole, 1)

    def y(units: float) -> float:
        return round(TOP + (HEIGHT - TOP - FOOT) * (top - units) / (top - bottom), 1)

    path = f"M{LEFT:g} {y(start):g}" + "".join(f"H{x(span.begins):g}V{y(span.after):g}" for span in spans) + f"H{width - RIGHT:g}"
    rows = tuple(Mark(y(n * tick), f"{n * tick:,}", n == 0) for n in range(round(bottom / tick), round(top / tick) + 1))
    columns = tuple(Mark(x(moment), text) for moment, text in _days(since, until, zone))
    area = f"{path}V{y(0):g}H{LEFT:g}Z"
    return Steps(path, area, rows, columns, min(values), max(values), values[-1], width - RIGHT, y(values[-1]), width)


def _tick(reach: int) -> int:
    """A round step that parts the reach in about four."""
    rough = max(reach / 4, 1)
    power = 10 ** floor(log10(rough))
    return int(next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough))


def _days(since: datetime, until: datetime, zone: tzinfo) -> list[tuple[datetime, str]]:
    """Six marks at most: whole hours within a day or two, else midnights, of the zone."""
    reach = until - since
    hours = next((h for h in (1, 2, 4, 6, 12) if reach <= timedelta(hours=6 * h)), None)
    local = since.astimezone(zone)
    if hours:
        mark = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        mark += timedelta(hours=-mark.hour % hours)
        by, form = timedelta(hours=hours), "%H:%M"
    else:
        mark = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        by, form = timedelta(days=ceil(reach.days / 6)), "%-d %b"
    found = []
    while mark < until - reach * 0.02:
        found.append((mark, f"{mark:{form}}"))
        mark += by
    return found


PERIODS = (1, 7, 30, 90, 365)
"""Days a history may be looked at."""


@dataclass(frozen=True, slots=True)
class History:
    """A figure's history drawn, and the numbers it is drawn from; ``points`` are for the pointer: x, y and units of each step."""

    days: int
    chart: Steps
    start: int
    spans: tuple[Span, ...]
    points: str
    since: datetime
    until: datetime


def draw(tenant_id: int, scope: Scope, *, days: int | None, now: datetime, zone: tzinfo, width: float = NARROW) -> History:
    """The figure over the last days; None: over a day if nothing is older, else over a week. Inside the tenant's unit of work."""
    chosen = days or 7
    since = now - timedelta(days=chosen)
    start, spans = history(tenant_id, scope, since=since, until=now)
    if days is None and start == 0 and spans and spans[0].begins > now - timedelta(days=1):
        chosen, since = 1, now - timedelta(days=1)
        start, spans = history(tenant_id, scope, since=since, until=now)
    chart = steps(start, spans, since, now, zone, width=width)
    points = ";".join(f"{int(span.begins.timestamp())},{span.after}" for span in spans)
    return History(chosen, chart, start, tuple(spans), points, since, now)


def days_asked(text: str) -> int | None:
    """A period of the choice; None where none of them is asked for."""
    return int(text) if text in {str(days) for days in PERIODS} else None
