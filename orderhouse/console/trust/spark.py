"""A day of letters as a small drawing: one bar an hour. Units are those of its own view box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEP, HEIGHT = 6.0, 24.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour's bar."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Spark:
    """Bars of equal width, the highest as high as the drawing; an hour without letters has none."""

    bars: tuple[Bar, ...]
    width: float
    total: int
    most: int


def spark(hours: Sequence[int]) -> Spark:
    """Counts an hour, the oldest first."""
    most = max([*hours, 0])
    bars = []
    for n, count in enumerate(hours):
        if count:
            height = round(max(2.0, (HEIGHT - 2) * count / most), 1)
            bars.append(Bar(n * STEP, round(HEIGHT - height, 1), height))
    return Spark(tuple(bars), len(hours) * STEP, sum(hours), most)
