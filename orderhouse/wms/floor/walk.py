"""How far it still is. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.wms.routing.geometry import Geometry, Stop


def distance(geometry: Geometry, here: Stop, there: Stop) -> float:
    """Meters walked from one stop to another: along the aisle, or by the cross aisle that makes the way shortest."""
    (aisle, y), (next_aisle, next_y) = here, there
    if aisle == next_aisle:
        return abs(y - next_y)
    across = abs(geometry.aisles[aisle] - geometry.aisles[next_aisle])
    return across + min(abs(y - cross) + abs(cross - next_y) for cross in geometry.cross_aisles)


def meters_left(geometry: Geometry, stops: Sequence[Stop]) -> list[int]:
    """For each stop the meters from there over all that follow and back to the depot, whole meters."""
    left: list[int] = [0] * len(stops)
    so_far, then = 0.0, geometry.depot
    for at in range(len(stops) - 1, -1, -1):
        so_far += distance(geometry, stops[at], then)
        left[at], then = round(so_far), stops[at]
    return left
