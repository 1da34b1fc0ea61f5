"""The usual rules of thumb, to show what the exact tour saves: S-shape and largest gap."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.routing.geometry import Geometry, Stop


def s_shape_length(geometry: Geometry, stops: Iterable[Stop]) -> float:
    """Meters of the S-shape (traversal) tour, for any number of blocks (Roodbergen and de Koster 2001).

    Up the leftmost aisle to the farthest block, picking on the way; then block by block back towards the depot, each
    walked aisle after aisle from the nearer side, every aisle with picks right through, but the last turned in where
    the count is odd. Blocks beyond a depot on a middle cross aisle are walked as a second round on its other side.
    """
    held: dict[tuple[int, int], list[float]] = {}
    for stop in stops:
        geometry.check(stop)
        held.setdefault((geometry.block_of(stop[1]), stop[0]), []).append(stop[1])
    depot = geometry.depot_cross_aisle
    x = geometry.aisles
    home = here = x[geometry.depot_aisle]
    length = 0.0
    for side in (range(geometry.blocks - 1, depot - 1, -1), range(depot)):  # far to near: above the depot, then below it
        near = 0 if side.step < 0 else 1  # which of a block's two cross aisles is its front: the depot's side
        todo = [block for block in side if any(at == block for at, _ in held)]
        if not todo:
            continue
        picks = {block: sorted(aisle for at, aisle in held if at == block) for block in todo}
        first = min(aisle for aisles in picks.values() for aisle in aisles)
        length += abs(x[first] - here)
        here = x[first]
        length += abs(geometry.cross_aisles[todo[0] + near] - geometry.cross_aisles[depot])
        for block in side[side.index(todo[0]) :]:
            depth = geometry.cross_aisles[block + 1] - geometry.cross_aisles[block]
            from_front = block == todo[0]  # the nearer blocks are entered from their back, their first aisle taken on the way up
            aisles = [aisle for aisle in picks.get(block, []) if from_front or aisle != first]
            if not aisles:
                length += depth
                continue
            if abs(x[aisles[-1]] - here) < abs(x[aisles[0]] - here):
                aisles = aisles[::-1]
            for aisle in aisles:
                length += abs(x[aisle] - here)
                here = x[aisle]
            crossings = len(aisles) - (len(aisles) % 2 == (1 if from_front else 0))
            length += crossings * depth
            if crossings < len(aisles):
                front = geometry.cross_aisles[block + near]
                length += 2 * max(abs(y - front) for y in held[block, aisles[-1]])
    return length + abs(here - home)


def largest_gap_length(geometry: Geometry, stops: Iterable[Stop]) -> float:
    """Meters of the largest-gap tour in one block (Hall 1993): the outermost aisles with picks right through, every aisle
    between them from both ends up to its largest gap. Refuses (:class:`InvalidInput`) a warehouse of several blocks."""
    if geometry.blocks != 1:
        raise InvalidInput(field="geometry", reason="largest gap is defined here for one block")
    low, high = geometry.cross_aisles
    held: dict[int, list[float]] = {}
    for stop in stops:
        geometry.check(stop)
        held.setdefault(stop[0], []).append(stop[1])
    if not held:
        return 0.0
    aisles = sorted(held)
    reach = [geometry.aisles[aisle] for aisle in (aisles[0], aisles[-1], geometry.depot_aisle)]
    sideways = 2 * (max(reach) - min(reach))
    if len(aisles) == 1:
        return sideways + 2 * max(abs(y - geometry.depot[1]) for y in held[aisles[0]])
    inner = [max(b - a for a, b in pairwise([low, *sorted(held[aisle]), high])) for aisle in aisles[1:-1]]
    return sideways + 2 * (high - low) + sum(2 * (high - low - gap) for gap in inner)
