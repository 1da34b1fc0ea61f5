"""Where each unit of a line stands, from what the OMS knows: its own counts, and what nodes said of their releases. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderhouse.oms.orders.queries import Line, Release

STEPS = ("ordered", "reserved", "released", "picked", "packed", "shipped")
"""The way of a unit. What stands at none of them is cancelled."""

STEP_OF = {
    "ordered": "ordered",
    "backordered": "ordered",
    "reserved": "reserved",
    "released": "released",
    "waved": "released",
    "picking": "released",
    "asked_back": "released",
    "picked": "picked",
    "packed": "packed",
    "shipped": "shipped",
    "returned": "shipped",
}
KINDS = (
    "returned",
    "shipped",
    "packed",
    "picked",
    "picking",
    "waved",
    "released",
    "asked_back",
    "reserved",
    "backordered",
    "ordered",
    "cancelled",
)
"""As a bar shows them, the furthest first."""

_ON_THE_FLOOR = {"waved": "waved", "picking": "picking", "picked": "picked", "packed": "packed"}


class Standing(NamedTuple):
    """``units`` of a line in one place: ``node`` and ``release`` are empty where they have none."""

    kind: str
    units: int
    node: str = ""
    release: str = ""


def standings(line: Line, releases: Sequence[Release], *, sourced: bool = True) -> list[Standing]:
    """Every unit of the line exactly once, whatever the releases say; in the order of :data:`KINDS`.

    A release moves as a whole: its open units stand where its node last said it is. Units asked back are those of the latest
    release first, as they were asked.
    """
    found = [
        *_shipped(line, releases),
        *_released(line, releases),
        *_reserved(line),
        Standing("backordered" if sourced else "ordered", line.backordered),
        Standing("cancelled", line.cancelled),
    ]
    merged: dict[tuple[str, str, str], int] = {}
    for kind, units, node, release in found:
        if units:
            merged[kind, node, release] = merged.get((kind, node, release), 0) + units
    return [
        Standing(kind, units, node, release)
        for (kind, node, release), units in sorted(merged.items(), key=lambda item: KINDS.index(item[0][0]))
    ]


def _shipped(line: Line, releases: Sequence[Release]) -> Iterable[Standing]:
    left, back = line.shipped, line.returned
    for release in releases:
        for each in release.lines:
            if each.line_number == line.line_number:
                units = min(each.shipped, left)
                returned = min(back, units)
                left, back = left - units, back - returned
                yield Standing("returned", returned, release.node, release.number)
                yield Standing("shipped", units - returned, release.node, release.number)
    yield Standing("returned", min(back, left))
    yield Standing("shipped", left - min(back, left))


def _released(line: Line, releases: Sequence[Release]) -> Iterable[Standing]:
    left, wanted = line.released, line.cancel_wanted
    for release in reversed(releases):
        for each in release.lines:
            if each.line_number == line.line_number:
                units = min(each.quantity - each.shipped - each.shorted - each.cancelled, left)
                asked = min(wanted, units)
                left, wanted = left - units, wanted - asked
                yield Standing("asked_back", asked, release.node, release.number)
                yield Standing(_ON_THE_FLOOR.get(release.state, "released"), units - asked, release.node, release.number)
    yield Standing("asked_back", min(wanted, left))
    yield Standing("released", left - min(wanted, left))


def _reserved(line: Line) -> Iterable[Standing]:
    left = line.reserved
    for reservation in line.reservations:
        units = min(reservation.quantity, left)
        left -= units
        yield Standing("reserved", units, reservation.node)
    yield Standing("reserved", left)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way with the units that stand at it now, kind by kind; ``passed`` units have been there or beyond."""

    name: str
    units: int
    passed: int
    kinds: dict[str, int]


def way(found: Iterable[Standing]) -> list[Step]:
    """The six steps with the units of all these standings; those that are cancelled stand at none."""
    kinds: dict[str, dict[str, int]] = {step: {} for step in STEPS}
    for standing in found:
        if standing.kind in STEP_OF:
            at = kinds[STEP_OF[standing.kind]]
            at[standing.kind] = at.get(standing.kind, 0) + standing.units
    units = [sum(kinds[step].values()) for step in STEPS]
    return [Step(step, units[n], sum(units[n:]), kinds[step]) for n, step in enumerate(STEPS)]


def in_total(found: Iterable[Standing]) -> dict[str, int]:
    """Units by kind, in the order of :data:`KINDS`."""
    total = dict.fromkeys(KINDS, 0)
    for standing in found:
        total[standing.kind] += standing.units
    return {kind: units for kind, units in total.items() if units}
