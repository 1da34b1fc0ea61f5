"""Which orders walk together: a first plan by savings, then a search that takes some orders out and puts them back better."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from time import monotonic

from orderhouse.wms.picking.strategies.savings import merge_by_savings, nearest
from orderhouse.wms.picking.strategies.tours import CartLimits, PickOrder
from orderhouse.wms.picking.strategies.walks import Group, Walks
from orderhouse.wms.routing import Geometry

NEIGHBORS = 40
"""How many others count as lying near an order."""

REMOVED = (3, 12)
"""How many single orders one step takes out, at least and at most."""

WHOLE_TOURS = 0.5
"""Chance that a step takes out two whole tours instead."""

BIAS = 3.0
"""How strongly nearer orders are preferred when taking out; 1 is not at all."""

WARM, COLD = 0.2, 0.005
"""Temperature at the start and at the end, as shares of the meters an order costs in the first plan."""

FULL = 0.3
"""What a full cart is worth to the search, as a share of the first plan's mean tour, falling with the square of its
load: short plans need few tours, but on the way there most steps only shift room from one cart to another."""


def group_orders(
    orders: Sequence[PickOrder],
    geometry: Geometry,
    limits: CartLimits,
    *,
    deadline_seconds: float = 0.0,
    seed: int = 0,
    iterations: int | None = None,
) -> list[list[int]]:
    """Groups of order numbers, each within ``limits``, of short total length.

    Savings first (:func:`merge_by_savings`), always finished; then large neighborhood search (Shaw 1998; Ropke and
    Pisinger 2006) under simulated annealing until ``deadline_seconds`` after the call, or for ``iterations`` steps.
    Every length is the exact tour's. Refuses (``InvalidInput``) a stop outside the geometry.
    """
    begun = monotonic()
    if not orders:
        return []
    walks = Walks(orders, geometry)
    groups = merge_by_savings(walks, limits)
    if len(groups) > 1:
        if iterations is not None:
            groups = _improve(walks, groups, limits, Random(seed), lambda step: step / iterations if iterations else 1.0)
        elif deadline_seconds > 0:
            groups = _improve(walks, groups, limits, Random(seed), lambda _: (monotonic() - begun) / deadline_seconds)
    return sorted(group.orders() for group in groups)


def _improve(
    walks: Walks, begin: list[Group], limits: CartLimits, random: Random, progress: Callable[[int], float]
) -> list[Group]:
    """The best groups found until ``progress`` of the step number reaches 1. Each step takes a few orders out of their
    tours and puts them back; a worse plan is kept with a probability that falls to nothing."""
    near = nearest(walks, walks.singles, NEIGHBORS)
    groups = list(begin)
    total = sum(group.length for group in groups)
    best, best_total = list(groups), total
    share = total / len(walks.singles)
    worth = FULL * total / len(groups) / limits.load**2 if limits.load else 0.0
    home = {order: at for at, group in enumerate(groups) for order in group.orders()}
    step = 0
    while (done := progress(step)) < 1:
        step += 1
        out = _take_out(near, home, groups, random)
        touched = {home[order] for order in out}
        # A roomy group may take an order though nothing was taken from it: it too is replaced.
        after = _put_back(walks, groups, touched, out, limits, worth, random)
        before = [groups[at] for at in after if at < len(groups)]
        longer = sum(group.length for group in after.values()) - sum(group.length for group in before)
        fuller = sum(group.load**2 for group in after.values()) - sum(group.load**2 for group in before)
        worse = longer - worth * fuller
        if worse <= 0 or random.random() < math.exp(-worse / (share * WARM * (COLD / WARM) ** done)):
            total += longer
            _replace(groups, after, home)
            if total < best_total - 1e-9:
                best, best_total = list(groups), total
    return best


def _replace(groups: list[Group], after: dict[int, Group], home: dict[int, int]) -> None:
    """Put the changed groups in their places, and let the last ones move into the places left empty."""
    for at, group in sorted(after.items()):
        if at < len(groups):
            groups[at] = group
        else:
            groups.append(group)
        home.update((order, at) for order in group.orders())
    for at in sorted((at for at, group in after.items() if not group.size), reverse=True):
        last = groups.pop()
        if at < len(groups):
            groups[at] = last
            home.update((order, at) for order in last.orders())


def _take_out(near: list[list[int]], home: dict[int, int], groups: list[Group], random: Random) -> list[int]:
    """The orders to take out: one at random and some near it, or the whole tours of one and of another near it."""
    first = random.randrange(len(near))
    if random.random() >= WHOLE_TOURS:
        wanted = min(random.randint(*REMOVED), len(near))
        out, pool = [first], list(near[first])
        while len(out) < wanted and pool:
            out.append(pool.pop(int(len(pool) * random.random() ** BIAS)))
        return out
    tours = [home[first]]
    for other in near[first]:
        if home[other] != home[first] and random.random() < 0.5:
            tours.append(home[other])
            break
    return [order for at in tours for order in groups[at].orders()]


def _put_back(
    walks: Walks, groups: list[Group], touched: set[int], out: list[int], limits: CartLimits, worth: float, random: Random
) -> dict[int, Group]:
    """The changed groups by their place, once ``out`` are taken from the ``touched`` and put back, the heavier about first,
    each where it adds least. A place beyond the last is a new group; a group left empty has no orders."""
    gone = sum(1 << order for order in out)
    left = {
        at: walks.merge(walks.singles[order] for order in groups[at].orders() if not gone >> order & 1) for at in sorted(touched)
    }
    changed = {
        at: group._replace(length=length)
        for (at, group), length in zip(left.items(), walks.measure([*left.values()]), strict=True)
    }
    lightest = min(walks.singles[order].load for order in out)
    roomy = {
        at: group for at, group in enumerate(groups) if at not in changed and limits.allow(group.load + lightest, group.size + 1)
    }
    roomy.update((at, group) for at, group in changed.items() if group.size)
    place = len(groups)
    for order in sorted(out, key=lambda order: -walks.singles[order].load * (random.random() + 0.5)):
        single = walks.singles[order]
        open_to = [(at, group) for at, group in roomy.items() if limits.allow(group.load + single.load, group.size + 1)]
        lengths = walks.together([(group, single) for _, group in open_to])
        chosen, least, merged_length = -1, single.length - worth * single.load**2, single.length
        for (at, group), length in zip(open_to, lengths, strict=True):
            added = length - group.length - worth * single.load * (single.load + 2 * group.load)
            if added < least:
                chosen, least, merged_length = at, added, length
        if chosen < 0:
            changed[place] = roomy[place] = single
            place += 1
        else:
            changed[chosen] = roomy[chosen] = walks.merge((roomy[chosen], single))._replace(length=merged_length)
    return changed
