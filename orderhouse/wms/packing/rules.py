"""Which carton, and whether a weight can be right. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

FILL = 0.9
"""The part of a carton's inner volume that goods may take: units do not tile a box."""


@dataclass(frozen=True, slots=True)
class Carton:
    """A carton of the bench: inner edges in millimeters, what it weighs and may weigh in grams (``max_grams`` 0: no limit)."""

    code: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_grams: int
    max_grams: int

    @property
    def volume(self) -> int:
        """Cubic millimeters."""
        return self.length_mm * self.width_mm * self.height_mm


class Load(NamedTuple):
    """``quantity`` units of one size: edges in millimeters and grams of one unit, 0 where unknown."""

    quantity: int
    length_mm: int
    width_mm: int
    height_mm: int
    grams: int


def fits(carton: Carton, loads: Iterable[Load]) -> bool:
    """Whether the loads go in: every unit by its edges however turned, all together by volume and weight. What is not known of
    a unit is not held against the carton."""
    inner = sorted((carton.length_mm, carton.width_mm, carton.height_mm))
    volume, grams = 0, carton.tare_grams
    for load in loads:
        edges = sorted((load.length_mm, load.width_mm, load.height_mm))
        if any(edge > room for edge, room in zip(edges, inner, strict=True)):
            return False
        volume += load.quantity * edges[0] * edges[1] * edges[2]
        grams += load.quantity * load.grams
    return volume <= carton.volume * FILL and not (carton.max_grams and grams > carton.max_grams)


def suggest(cartons: Iterable[Carton], loads: Sequence[Load]) -> Carton | None:
    """The smallest carton the loads fit, None where none does, or where no unit's size is known."""
    if not any(load.length_mm and load.width_mm and load.height_mm for load in loads):
        return None
    return min((carton for carton in cartons if fits(carton, loads)), key=lambda c: (c.volume, c.code), default=None)


def weight_is_off(expected: int, read: int, *, tare_known: bool) -> bool:
    """Whether a scale's reading is too far from what the contents should weigh, both in grams.

    A tenth may be filling and scatter; besides, 60 g where the carton's own weight is counted in, 400 g where it is not known.
    """
    return abs(read - expected) > expected // 10 + (60 if tare_known else 400)
