"""Exact for few pieces: every (lane, subset of pieces) is priced once, then subsets are joined by dynamic programming.

best(S) = min over the subsets T of S that hold S's first piece of price(T) + best(S without T). A lane may come up for two
subsets of one plan; carrying both together never costs more (started steps, parcels and fixed costs are subadditive), so
the least cost found is the true least cost. 3^P / 6 joins; the index tables are built once for each P.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from orderhouse.oms.sourcing.routing._problem import Floats, Problem

MAX_PIECES = 12
_NEVER = 1e12


@cache
def _tables(pieces: int) -> tuple[Floats, list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]]]:
    """The bits of every subset, and level by level (by size) the subsets needed, their first-holding parts and the rests.

    A rest never holds piece 0, so beside the full set only subsets without piece 0 are ever asked for.
    """
    size = 1 << pieces
    bits = (np.arange(size)[:, None] >> np.arange(pieces) & 1).astype(float)
    by_size: dict[int, list[int]] = {}
    for mask in [*range(2, size, 2), size - 1]:
        by_size.setdefault(mask.bit_count(), []).append(mask)
    levels = []
    for _, masks in sorted(by_size.items()):
        parts = []
        for mask in masks:
            first = mask & -mask
            others = mask ^ first
            sub, row = others, []
            while True:
                row.append(sub | first)
                if not sub:
                    break
                sub = (sub - 1) & others
            parts.append(row)
        subs = np.array(parts, dtype=np.intp)
        levels.append((np.array(masks, dtype=np.intp), subs, np.array(masks, dtype=np.intp)[:, None] ^ subs))
    return bits, levels


def solve(problem: Problem) -> tuple[NDArray[np.intp], int]:
    """The least-cost lane of each piece, and that cost. Every piece must have a lane; at most MAX_PIECES pieces."""
    pieces = problem.costs.shape[1]
    bits, levels = _tables(pieces)
    grams = (bits @ problem.grams).astype(np.int64)
    steps = np.maximum(1, -(-grams // problem.step_grams))
    parcels = np.maximum(1, -(-grams // problem.max_grams))
    price = np.minimum(problem.costs, _NEVER) @ bits.T
    price += np.outer(problem.per_step, steps) + np.outer(problem.per_parcel, parcels)
    price += np.array(problem.fixed, dtype=float)[:, None] + problem.split
    lane = price.argmin(axis=0)
    cheapest = price[lane, np.arange(1 << pieces)]
    best = np.zeros(1 << pieces)
    part = np.zeros(1 << pieces, dtype=np.intp)
    for masks, subs, rests in levels:
        joined = cheapest[subs] + best[rests]
        chosen = joined.argmin(axis=1)
        rows = np.arange(len(masks))
        best[masks] = joined[rows, chosen]
        part[masks] = subs[rows, chosen]
    where = np.empty(pieces, dtype=np.intp)
    mask = (1 << pieces) - 1
    while mask:
        taken = int(part[mask])
        where[bits[taken] > 0] = lane[taken]
        mask ^= taken
    return where, problem.cost(where)
