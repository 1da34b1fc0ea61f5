"""The scale of a bench behind a port: who has one registers an adapter under the bench's code, or ``*`` for all of them."""

from __future__ import annotations

import os
from typing import Protocol

from orderhouse.kernel.errors import Refusal


class NoScale(Refusal):
    """Nothing to read from."""

    sentence = "No scale is connected to bench {bench}."
    remedy = "Key the weight in."


class ScaleUnsteady(Refusal):
    """The pointer moves, or the scale does not answer."""

    sentence = "The scale of bench {bench} gave no steady weight: {why}."
    remedy = "Let the parcel lie still and read again, or key the weight in."


class Scale(Protocol):
    """A scale adapter."""

    def read(self, bench: str, *, expected: int) -> int:
        """The steady weight on the scale in grams. ``expected`` is what the books say lies there: a real scale leaves it alone.
        Raises :class:`ScaleUnsteady`."""
        ...


_scales: dict[str, Scale] = {}


def register_scale(bench: str, scale: Scale) -> None:
    """Let ``scale`` answer for a bench, or for every bench that has none of its own under ``*``."""
    _scales[bench] = scale


def scale_of(bench: str) -> Scale | None:
    """The scale of a bench. ``ORDERHOUSE_SCALE=simulated`` gives a simulated one to every bench that has none."""
    found = _scales.get(bench) or _scales.get("*")
    return found or (SimulatedScale() if os.environ.get("ORDERHOUSE_SCALE") == "simulated" else None)


def read_scale(bench: str, *, expected: int) -> int:
    """Grams on the bench's scale; refuses (:class:`NoScale`, :class:`ScaleUnsteady`)."""
    scale = scale_of(bench)
    if scale is None:
        raise NoScale(bench=bench)
    grams = scale.read(bench, expected=expected)
    if grams < 1:
        raise ScaleUnsteady(bench=bench, why=f"it shows {grams} g")
    return grams


class SimulatedScale:
    """For demos and tests: weighs what the books say lies there, with filling: 2 % and 15 g more, to the next 5 g."""

    def read(self, bench: str, *, expected: int) -> int:
        return -(-(expected * 102 // 100 + 15) // 5) * 5
