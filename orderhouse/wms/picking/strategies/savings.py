"""The first plan: merge what saves most."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import count

import numpy as np

from orderhouse.wms.picking.strategies.tours import CartLimits
from orderhouse.wms.picking.strategies.walks import Group, Walks

ALL_PAIRS = 250
"""Up to this many groups every pair is measured; above it each looks at its likeliest partners only."""

PARTNERS = 30
"""How many partners a group looks at where not all pairs are measured."""


def merge_by_savings(walks: Walks, limits: CartLimits) -> list[Group]:
    """Groups by the savings rule of Clarke and Wright (1964), re-measured after each merge (de Koster, van der Poort and
    Wolters 1999, "C&W(ii)"): again and again the two groups whose tours are together shortest compared with apart."""
    groups, full = list(walks.singles), []
    while len(groups) > ALL_PAIRS:
        merged = _merge(walks, groups, limits, nearest(walks, groups, PARTNERS))
        load, orders = min(group.load for group in merged), min(group.size for group in merged)
        full += [group for group in merged if not limits.allow(group.load + load, group.size + orders)]
        rest = [group for group in merged if limits.allow(group.load + load, group.size + orders)]
        if len(rest) == len(groups):
            return full + groups
        groups = rest
    return full + _merge(walks, groups, limits, None)


def _merge(walks: Walks, begin: Sequence[Group], limits: CartLimits, partners: list[list[int]] | None) -> list[Group]:
    """Merge while it saves; with ``partners``, only groups that hold partners by their places in ``begin``."""
    groups = dict(enumerate(begin))
    home = list(groups)
    holds = {place: [place] for place in groups}
    names = count(len(groups))

    def rivals(name: int) -> list[int]:
        near = groups.keys() if partners is None else {home[other] for place in holds[name] for other in partners[place]}
        mine = groups[name]
        return sorted(
            other
            for other in near
            if other != name and limits.allow(mine.load + groups[other].load, mine.size + groups[other].size)
        )

    def savings(pairs: Sequence[tuple[int, int]]) -> list[tuple[float, int, int]]:
        both = [(groups[one], groups[other]) for one, other in pairs]
        lengths = walks.together(both)
        return [
            (length - one.length - other.length, *pair) for length, (one, other), pair in zip(lengths, both, pairs, strict=True)
        ]

    heap = savings(sorted({(min(name, other), max(name, other)) for name in groups for other in rivals(name)}))
    heapify(heap)
    while heap:
        saving, one, other = heappop(heap)
        if saving > 0:
            break
        if one not in groups or other not in groups:
            continue
        name = next(names)
        first, second = groups.pop(one), groups.pop(other)
        groups[name] = walks.merge((first, second))._replace(length=first.length + second.length + saving)
        holds[name] = holds.pop(one) + holds.pop(other)
        for place in holds[name]:
            home[place] = name
        for found in savings([(rival, name) for rival in rivals(name)]):
            heappush(heap, found)
    return list(groups.values())


def nearest(walks: Walks, groups: Sequence[Group], most: int) -> list[list[int]]:
    """For each group (by its place) the ``most`` others with which it likely saves most, best first, measuring nothing: they
    share the blocks of the aisles they both enter, and the way sideways as far as both of them reach."""
    geometry = walks.geometry
    enters = np.array([walks.blocks_entered(group) for group in groups], dtype=np.float32)
    depths = np.tile(np.diff(np.array(geometry.cross_aisles, dtype=np.float32)), len(walks.aisles))
    away = [abs(geometry.aisles[aisle] - geometry.aisles[geometry.depot_aisle]) for aisle in walks.aisles]
    reach = (enters * np.repeat(np.array(away, dtype=np.float32), geometry.blocks)).max(axis=1)
    shared = (enters * depths) @ enters.T + 2 * np.minimum.outer(reach, reach)
    np.fill_diagonal(shared, -1)
    ranked: list[list[int]] = np.argsort(-shared, axis=1, kind="stable")[:, : min(most, len(shared) - 1)].tolist()
    return ranked
