from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.wms.putaway.rules import Bin, Load, Portion, suggest


def test_goods_join_their_own_kind_whole_where_one_bin_takes_them_whole() -> None:
    near, far = Bin(1, 5.0, 3, None), Bin(2, 9.0, 40, None)
    assert suggest([Load(7, 0, 20)], same={(7, 0): [near, far]}, empty=[Bin(3, 1.0, 99, None)]) == [[Portion(2, 20)]]


def test_goods_of_another_lot_get_a_bin_of_their_own() -> None:
    found = suggest([Load(7, 2, 5)], same={(7, 1): [Bin(1, 1.0, 99, None)]}, empty=[Bin(3, 8.0, 99, None)])
    assert found == [[Portion(3, 5)]]


def test_the_busiest_goods_get_the_nearest_bins() -> None:
    loads = [Load(1, 0, 5, demand=1), Load(2, 0, 5, demand=90), Load(3, 0, 5, demand=10)]
    empty = [Bin(30, 30.0, None, None), Bin(10, 10.0, None, None), Bin(20, 20.0, None, None)]
    assert suggest(loads, same={}, empty=empty) == [[Portion(30, 5)], [Portion(10, 5)], [Portion(20, 5)]]


def test_a_load_too_big_for_any_bin_is_spread_over_the_nearest() -> None:
    empty = [Bin(n, float(n), 10, None) for n in (1, 2, 3, 4)]
    assert suggest([Load(1, 0, 25)], same={}, empty=empty) == [[Portion(1, 10), Portion(2, 10), Portion(3, 5)]]


def test_weight_counts_as_well_as_units() -> None:
    empty = [Bin(1, 1.0, 100, 2_000), Bin(2, 2.0, 100, 50_000)]
    assert suggest([Load(1, 0, 10, unit_grams=500)], same={}, empty=empty) == [[Portion(2, 10)]]


def test_full_bins_are_shared_only_when_no_bin_is_empty() -> None:
    shared = [Bin(9, 1.0, 4, None)]
    assert suggest([Load(1, 0, 6)], same={}, empty=[Bin(1, 5.0, 5, None)], shared=shared) == [[Portion(1, 5), Portion(9, 1)]]


def test_what_fits_nowhere_is_left_over() -> None:
    assert suggest([Load(1, 0, 6)], same={}, empty=[]) == [[]]


LOADS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 9)), min_size=1, max_size=4)
BINS = st.lists(st.tuples(st.integers(1, 30), st.one_of(st.none(), st.integers(1, 15))), min_size=4, max_size=6)


@settings(max_examples=80, deadline=None)
@given(loads=LOADS, bins=BINS)
def test_the_joint_choice_is_the_best_of_all(loads: list[tuple[int, int]], bins: list[tuple[int, int | None]]) -> None:
    """Where every load fits some bin of its own, no other pairing has less demand times travel."""
    some = [Bin(n, float(travel), units, None) for n, (travel, units) in enumerate(bins)]
    batch = [Load(n, 0, quantity, demand=demand) for n, (quantity, demand) in enumerate(loads)]
    costs = [
        sum((load.demand + 1e-3) * bin_.travel for load, bin_ in zip(batch, chosen, strict=True))
        for chosen in permutations(some, len(batch))
        if all(bin_.units is None or bin_.units >= load.quantity for load, bin_ in zip(batch, chosen, strict=True))
    ]
    if not costs:
        return
    found = suggest(batch, same={}, empty=some)
    by_id = {bin_.id: bin_ for bin_ in some}
    assert all(len(portions) == 1 for portions in found)
    cost = sum((load.demand + 1e-3) * by_id[portions[0].location_id].travel for load, portions in zip(batch, found, strict=True))
    assert cost <= min(costs) + 1e-6


@settings(max_examples=80, deadline=None)
@given(loads=LOADS, bins=BINS, shared=BINS)
def test_no_bin_is_ever_filled_beyond_its_room(
    loads: list[tuple[int, int]], bins: list[tuple[int, int | None]], shared: list[tuple[int, int | None]]
) -> None:
    empty = [Bin(n, float(travel), units, None) for n, (travel, units) in enumerate(bins)]
    crowded = [Bin(100 + n, float(travel), units, None) for n, (travel, units) in enumerate(shared)]
    batch = [Load(n % 2, 0, 3 * quantity, demand=demand) for n, (quantity, demand) in enumerate(loads)]
    found = suggest(batch, same={(0, 0): crowded[:1]}, empty=empty, shared=crowded)
    filled: dict[int, int] = {}
    for load, portions in zip(batch, found, strict=True):
        assert sum(portion.quantity for portion in portions) <= load.quantity
        for portion in portions:
            filled[portion.location_id] = filled.get(portion.location_id, 0) + portion.quantity
    for bin_ in empty + crowded:
        assert bin_.units is None or filled.get(bin_.id, 0) <= bin_.units
