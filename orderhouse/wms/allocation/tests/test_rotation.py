from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderhouse.wms.allocation.rotation import Stock, rotate
from orderhouse.wms.allocation.rules import Demand, ItemRules, allot, choose

TODAY = date(2026, 3, 2)
places = count(1)


def stock(free: int, **known: Any) -> Stock:
    facts: dict[str, Any] = {
        "place_id": next(places),
        "item_id": 1,
        "owner_id": 1,
        "lot_id": 0,
        "single": False,
        "in_bin": True,
        "zone_id": 1,
        "expires_on": None,
        "held": False,
        "first_received_at": None,
        "opened": next(places),
        "aisle": 0,
        "y": 0.0,
        "far": 1.0,
    }
    return Stock(free=free, **facts | known)


def taken(pieces: list[tuple[Stock, int]]) -> list[tuple[int, int]]:
    return [(piece.place_id, units) for piece, units in pieces]


def test_first_expired_goes_first_and_what_is_held_expired_or_short_lived_never() -> None:
    late, early = stock(5, expires_on=date(2026, 9, 1)), stock(5, expires_on=date(2026, 5, 1))
    gone, short, held = stock(9, expires_on=date(2026, 3, 1)), stock(9, expires_on=date(2026, 3, 31)), stock(9, held=True)
    last_day = stock(1, expires_on=date(2026, 4, 1))
    turns = rotate([late, gone, early, held, short, last_day], today=TODAY, minimum_life_days=30)
    assert turns == [[last_day], [early], [late]]
    assert rotate([stock(1, expires_on=TODAY)], today=TODAY) != []


def test_first_in_goes_first_where_lots_do_not_expire() -> None:
    new = stock(5, first_received_at=datetime(2026, 3, 1, tzinfo=UTC))
    old = stock(5, first_received_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert rotate([new, old], today=TODAY) == [[old], [new]]
    assert taken(choose([[old], [new]], 7)) == [(old.place_id, 5), (new.place_id, 2)]


def test_one_bin_that_has_it_all_is_better_than_two() -> None:
    near, far = stock(4, far=1.0), stock(9, far=50.0)
    assert taken(choose([[near, far]], 6)) == [(far.place_id, 6)]
    assert taken(choose([[stock(9, far=9.0), nearer := stock(9, far=2.0)]], 6)) == [(nearer.place_id, 6)]


def test_a_bin_that_is_emptied_is_better_than_a_nearer_one() -> None:
    near, exact = stock(9, far=1.0), stock(6, far=5.0)
    assert taken(choose([[near, exact]], 6)) == [(exact.place_id, 6)]


def test_whole_packs_first_and_no_pack_is_opened_while_loose_units_are_there() -> None:
    cases, loose = stock(24, far=1.0), stock(5, far=9.0)
    assert sorted(taken(choose([[cases, loose]], 14, (12,)))) == [(cases.place_id, 12), (loose.place_id, 2)]
    assert taken(choose([[stock(24)]], 14, (12,)))[0][1] == 14
    pallet, case = stock(288, far=1.0), stock(36, far=2.0)
    assert dict(taken(choose([[pallet, case]], 168, (144, 12)))) == {pallet.place_id: 144, case.place_id: 24}


@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 100), st.integers(0, 2)), min_size=1, max_size=8),
    st.integers(1, 120),
    st.sampled_from([(), (6,), (24, 6)]),
)
def test_never_more_than_asked_nor_than_there_is_and_no_turn_before_the_last(
    bins: list[tuple[int, float, int]], quantity: int, packs: tuple[int, ...]
) -> None:
    turns: list[list[Stock]] = [[], [], []]
    for free, far, turn in bins:
        turns[turn].append(stock(free, far=far))
    before = {piece.place_id: piece.free for turn in turns for piece in turn}
    pieces = choose(turns, quantity, packs)
    assert sum(units for _, units in pieces) == min(quantity, sum(before.values()))
    assert all(before[piece.place_id] - units == piece.free >= 0 for piece, units in pieces)
    assert len({piece.place_id for piece, _ in pieces}) == len(pieces)
    used = [n for n, turn in enumerate(turns) if any(p.place_id in {s.place_id for s, _ in pieces} for p in turn)]
    for n in range(max(used, default=0)):
        assert not any(piece.free for piece in turns[n])


def test_an_order_waits_whole_for_the_dock_and_what_is_nowhere_is_missing() -> None:
    demand = [Demand(1, 1, 1, 1, 3), Demand(2, 1, 2, 1, 2)]
    lying = [stock(9), stock(2, item_id=2, in_bin=False)]
    decided = allot([demand], lying, {}, today=TODAY)
    assert (decided.pieces, decided.waiting, decided.missing) == ([], demand, [])
    decided = allot([demand], [stock(1), stock(5, item_id=2)], {}, today=TODAY)
    assert [(p.demand.line_id, p.quantity) for p in decided.pieces] == [(1, 1), (2, 2)]
    assert decided.missing == [(demand[0], 2)]


def test_the_first_order_takes_the_last_unit() -> None:
    orders = [[Demand(1, 1, 1, 1, 3)], [Demand(2, 2, 1, 1, 3)]]
    decided = allot(orders, [stock(4)], {1: ItemRules()}, today=TODAY)
    assert [(p.demand.line_id, p.quantity) for p in decided.pieces] == [(1, 3), (2, 1)]
    assert decided.missing == [(orders[1][0], 2)]
