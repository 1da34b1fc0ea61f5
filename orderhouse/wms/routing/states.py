"""What a half-built tour must remember at an aisle, and how it may grow: tables that depend on no aisle, only on their number.

Ratliff and Rosenthal (Operations Research 31, 1983) swept one block from left to right, remembering for the two ends of
the current aisle only whether each was visited an odd or even number of times and whether they were connected. The same
holds for any number of cross aisles (Roodbergen and de Koster 2001 for three; Cambazard and Catusse 2018; Pansart,
Catusse and Cambazard 2018): 6, 24 and 112 states for 1, 2 and 3 blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

UNUSED, ODD, EVEN = 0, 1, 2
"""How many tour edges meet at a crossing so far. As a state after stepping right, they are also that number: 0, 1, 2."""

NONE, CROSS, TOP, BOTTOM, GAP, DOUBLE = range(6)
"""How one aisle is walked within one block: not at all, straight through, in and out from the top, from the bottom,
from both leaving one gap, through and back."""
WAYS = 6

State = tuple[tuple[int, int], ...]
"""Per cross aisle, bottom first: (UNUSED, ODD or EVEN; number of the connected part it belongs to, 0 if unused)."""


class Step(NamedTuple):
    """One stage of the sweep: transition k leads from ``source[k]`` by ``choice[k]``; those into state t begin at ``starts[t]``."""

    source: NDArray[np.intp]
    choice: NDArray[np.intp]
    starts: NDArray[np.intp]

    def into(self, state: int) -> slice:
        end = self.starts[state + 1] if state + 1 < len(self.starts) else len(self.source)
        return slice(int(self.starts[state]), int(end))


class Tables(NamedTuple):
    """All states for one number of cross aisles, and the steps between them.

    ``states[0]`` is the empty tour. Two more follow the real ones: ``done`` (the tour is closed and needs nothing to its
    right) and ``lost`` (never reachable; it feeds states that nothing else leads to). ``blocks[b]`` walks block b, its
    choice being ``b * WAYS + way``; ``depot[c]`` makes the tour touch the depot on cross aisle c; ``across`` steps to the
    next aisle, its choice being how many walks lead over. ``closed``: the states in which a tour may end.
    """

    states: tuple[State, ...]
    done: int
    lost: int
    blocks: tuple[Step, ...]
    depot: tuple[Step, ...]
    across: Step
    closed: NDArray[np.intp]


@lru_cache(maxsize=8)
def tables(cross_aisles: int) -> Tables:
    """The tables for that many cross aisles (2 or more); built once (about 1 ms, 10 ms and 0.2 s for 1, 2 and 3 blocks)."""
    blocks = range(cross_aisles - 1)
    empty: State = ((UNUSED, 0),) * cross_aisles
    number = {empty: 0}
    frontier = [empty]
    while frontier:
        state = frontier.pop()
        reached: list[State] = [after for block in blocks for _, after in _walks(state, block)]
        reached += [after for _, after in _steps_right(state)]
        reached += [_touch(state, crossing) for crossing in range(cross_aisles)]
        for after in reached:
            if after not in number:
                number[after] = len(number)
                frontier.append(after)
    states = tuple(number)
    done, lost = len(states), len(states) + 1

    def step(moves: Callable[[State], Iterable[tuple[int, State]]], *extra: tuple[int, int, int]) -> Step:
        found = [(number[after], number[before], choice) for before in states for choice, after in moves(before)]
        found += [*extra, (lost, lost, 0)]
        fed = {target for target, _, _ in found}
        found += [(target, lost, 0) for target in range(lost) if target not in fed]
        found.sort()
        targets, sources, choices = np.array(found, dtype=np.intp).T.copy()
        return Step(sources, choices, np.searchsorted(targets, np.arange(lost + 1)).astype(np.intp))

    closed = [state for state in states if _may_close(state)]
    return Tables(
        states=states,
        done=done,
        lost=lost,
        blocks=tuple(
            step(
                lambda state, block=block: [(block * WAYS + way, after) for way, after in _walks(state, block)],  # type: ignore[misc]
                (done, done, block * WAYS + NONE),
            )
            for block in blocks
        ),
        depot=tuple(step(lambda state, at=at: [(0, _touch(state, at))]) for at in range(cross_aisles)),  # type: ignore[misc]
        across=step(_steps_right, (done, done, 0), *((done, number[state], 0) for state in closed)),
        closed=np.array([number[state] for state in closed] + [done], dtype=np.intp),
    )


def _walks(state: State, block: int) -> Iterable[tuple[int, State]]:
    low, high = block, block + 1
    yield NONE, state
    yield CROSS, _visit(state, {low: 1, high: 1}, join=True)
    yield TOP, _visit(state, {high: 2})
    yield BOTTOM, _visit(state, {low: 2})
    yield GAP, _visit(state, {low: 2, high: 2})
    # Through and back only serves to connect: once connected, coming in from one end and turning is never longer.
    if not state[low][1] or state[low][1] != state[high][1]:
        yield DOUBLE, _visit(state, {low: 2, high: 2}, join=True)


def _touch(state: State, crossing: int) -> State:
    return state if state[crossing][0] else _visit(state, {crossing: 2})


def _steps_right(state: State) -> Iterable[tuple[int, State]]:
    """Every crossing must end even, and every part must go on; more than two walks side by side are never shorter."""
    parts = {part for _, part in state if part}
    for counts in product(*({UNUSED: (0,), ODD: (1,), EVEN: (0, 2)}[parity] for parity, _ in state)):
        if {part for (_, part), count in zip(state, counts, strict=True) if count} == parts:
            after = [(count, part if count else 0) for (_, part), count in zip(state, counts, strict=True)]
            yield sum(counts), _renumber(after)


def _may_close(state: State) -> bool:
    return all(parity != ODD for parity, _ in state) and len({part for _, part in state if part}) == 1


def _visit(state: State, edges: dict[int, int], *, join: bool = False) -> State:
    after = list(state)
    for crossing, count in edges.items():
        parity, part = after[crossing]
        after[crossing] = (EVEN if (parity + count) % 2 == 0 else ODD, part or -1 - crossing)
    if join:
        low, high = (after[crossing][1] for crossing in sorted(edges))
        after = [(parity, low if part == high else part) for parity, part in after]
    return _renumber(after)


def _renumber(after: list[tuple[int, int]]) -> State:
    names: dict[int, int] = {0: 0}
    return tuple((parity, names.setdefault(part, len(names))) for parity, part in after)
