"""Which bins serve which lines: pure, over stock that the caller has locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from orderhouse.wms.allocation.rotation import Stock, rotate


class Demand(NamedTuple):
    """Units of one line to find."""

    line_id: int
    outbound_id: int
    item_id: int
    owner_id: int
    quantity: int


class ItemRules(NamedTuple):
    """What allocation must know of an item: whole days of life it needs left, its pack sizes largest first."""

    minimum_life_days: int = 0
    packs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Units of one line from one place."""

    demand: Demand
    stock: Stock
    quantity: int


@dataclass(slots=True)
class Allotment:
    """What was decided: ``pieces`` to pick, the demands that wait (their stock is here, but in no bin they may be picked from),
    and units by demand that the node has not got."""

    pieces: list[Piece] = field(default_factory=list)
    waiting: list[Demand] = field(default_factory=list)
    missing: list[tuple[Demand, int]] = field(default_factory=list)


def allot(
    orders: Iterable[Sequence[Demand]],
    stock: Iterable[Stock],
    items: Mapping[int, ItemRules],
    *,
    today: date,
    usable: Callable[[Stock], bool] = lambda stock: stock.in_bin,
    partly: bool = False,
) -> Allotment:
    """Serve orders in turn, each a sequence of demands; ``stock`` is used up as it goes.

    Rotation first (first expired or first in, first out), then whole packs, then fewest touches, then the shortest walk.
    An order whose stock is here, but not all of it ``usable`` (on the dock, say), waits as a whole, so that no tote stands half
    filled; with ``partly`` its other demands go on. What the node has nowhere is missing, and the rest of the order goes on.
    """
    pools: dict[tuple[int, int], list[Stock]] = defaultdict(list)
    for piece in stock:
        pools[piece.item_id, piece.owner_id].append(piece)
    turns = {
        key: rotate(pool, today=today, minimum_life_days=items[key[0]].minimum_life_days if key[0] in items else 0)
        for key, pool in pools.items()
    }
    decided = Allotment()
    for order in orders:
        here: dict[tuple[int, int], list[int]] = {}
        for demand in order:
            key = (demand.item_id, demand.owner_id)
            if key not in here:
                pool = [s for turn in turns.get(key, ()) for s in turn]
                here[key] = [sum(s.free for s in pool if usable(s)), sum(s.free for s in pool)]
        waits: set[int] = set()
        serve: list[tuple[Demand, int]] = []
        for demand in order:
            at = here[demand.item_id, demand.owner_id]
            units = min(demand.quantity, at[1])
            if units > at[0]:
                waits.add(demand.line_id)
            serve.append((demand, units))
            at[0] -= min(units, at[0])
            at[1] -= units
        for demand, units in serve:
            if demand.quantity > units:
                decided.missing.append((demand, demand.quantity - units))
            if not units:
                continue
            if demand.line_id in waits or (waits and not partly):
                decided.waiting.append(demand)
                continue
            packs = items[demand.item_id].packs if demand.item_id in items else ()
            for source, quantity in choose(turns[demand.item_id, demand.owner_id], units, packs, usable):
                decided.pieces.append(Piece(demand, source, quantity))
    return decided


def choose(
    turns: Sequence[Sequence[Stock]],
    quantity: int,
    packs: Sequence[int] = (),
    usable: Callable[[Stock], bool] = lambda stock: True,
) -> list[tuple[Stock, int]]:
    """``quantity`` units (or all there are) from ``turns``, each turn used up before the next; takes them off ``free``."""
    taken: dict[int, int] = {}
    places: dict[int, Stock] = {}
    for turn in turns:
        if not quantity:
            break
        pieces = [s for s in turn if s.free and usable(s)]
        larger = 0
        for pack in (*packs, 1):
            if larger:  # what is loose already, before a larger pack is opened
                quantity -= _take(pieces, quantity, pack, larger, taken, places)
            quantity -= _take(pieces, quantity, pack, 0, taken, places)
            larger = pack
    return [(places[key], units) for key, units in taken.items()]


def _take(pieces: list[Stock], quantity: int, pack: int, larger: int, taken: dict[int, int], places: dict[int, Stock]) -> int:
    """Take whole packs of ``quantity`` with as few touches as may be, only of what is loose of ``larger`` packs if that is
    given; answers the units taken."""
    wanted = quantity // pack * pack
    got = 0
    while got < wanted:
        rest = wanted - got
        best: tuple[tuple[object, ...], int, Stock] | None = None
        for piece in pieces:
            whole = (piece.free % larger if larger else piece.free) // pack * pack
            if not whole:
                continue
            covers = whole >= rest
            rank = (
                not covers,
                -whole if not covers else 0,  # none covers it: the fullest first
                id(piece) not in taken,  # a bin the picker stops at anyway
                piece.free != rest,  # the one this empties
                piece.far,
                piece.opened,
            )
            if best is None or rank < best[0]:
                best = rank, whole, piece
        if best is None:
            break
        _, whole, piece = best
        units = min(rest, whole)
        piece.free -= units
        got += units
        places[id(piece)] = piece
        taken[id(piece)] = taken.get(id(piece), 0) + units
    return got
