from __future__ import annotations

from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.routing import Geometry, Stop, largest_gap_length, s_shape_length, shortest_tour, tour_length
from orderhouse.wms.routing.states import tables
from tests.instances import read_instance, shared_data


def distance(geometry: Geometry, one: Stop, other: Stop) -> float:
    """Meters between two places, walked along the aisles and the nearest useful cross aisle."""
    (aisle, y), (aisle_to, y_to) = one, other
    if aisle == aisle_to:
        return abs(y - y_to)
    detour = min(abs(y - cross) + abs(y_to - cross) for cross in geometry.cross_aisles)
    return abs(geometry.aisles[aisle] - geometry.aisles[aisle_to]) + detour


def brute_force(geometry: Geometry, stops: list[Stop]) -> float:
    """Held and Karp's dynamic program over subsets of the stops."""
    full = (1 << len(stops)) - 1

    @cache
    def home(at: int, left: int) -> float:
        here = geometry.depot if at < 0 else stops[at]
        if not left:
            return distance(geometry, here, geometry.depot)
        return min(
            distance(geometry, here, stop) + home(index, left & ~(1 << index))
            for index, stop in enumerate(stops)
            if left >> index & 1
        )

    return home(-1, full)


def walked(path: list[tuple[float, float]]) -> float:
    assert all(x == x_to or y == y_to for (x, y), (x_to, y_to) in pairwise(path))
    return sum(abs(x - x_to) + abs(y - y_to) for (x, y), (x_to, y_to) in pairwise(path))


def random_case(random: Random, blocks: int) -> tuple[Geometry, list[Stop]]:
    aisles = sorted(random.sample(range(30), random.randint(1, 6)))
    crossings = sorted(random.sample(range(0, 40, 3), blocks + 1))
    geometry = Geometry(
        aisles=tuple(map(float, aisles)),
        cross_aisles=tuple(map(float, crossings)),
        depot_aisle=random.randrange(len(aisles)),
        depot_cross_aisle=random.randrange(blocks + 1),
    )
    stops = [
        (
            random.randrange(len(aisles)),
            random.choice([random.uniform(crossings[0], crossings[-1]), float(random.choice(crossings))]),
        )
        for _ in range(random.randint(1, 7))
    ]
    return geometry, stops


@st.composite
def cases(draw: st.DrawFn) -> tuple[Geometry, list[Stop]]:
    aisles = draw(st.lists(st.integers(0, 60), min_size=1, max_size=10, unique=True).map(sorted))
    crossings = draw(st.lists(st.integers(0, 60), min_size=2, max_size=4, unique=True).map(sorted))
    geometry = Geometry(
        tuple(map(float, aisles)),
        tuple(map(float, crossings)),
        draw(st.integers(0, len(aisles) - 1)),
        draw(st.integers(0, len(crossings) - 1)),
    )
    place = st.tuples(st.integers(0, len(aisles) - 1), st.integers(2 * crossings[0], 2 * crossings[-1]).map(lambda y: y / 2))
    return geometry, draw(st.lists(place, max_size=40))


@pytest.mark.parametrize(("blocks", "states"), [(1, 6), (2, 24), (3, 112)])
def test_the_states_are_as_many_as_published(blocks: int, states: int) -> None:
    assert len(tables(blocks + 1).states) == states


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_the_tour_equals_brute_force_on_random_layouts(blocks: int) -> None:
    random = Random(blocks)
    for _ in range(60):
        geometry, stops = random_case(random, blocks)
        assert tour_length(geometry, stops) == pytest.approx(brute_force(geometry, stops)), (geometry, stops)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_the_tour_never_exceeds_s_shape(case: tuple[Geometry, list[Stop]]) -> None:
    geometry, stops = case
    assert tour_length(geometry, stops) <= s_shape_length(geometry, stops) + 1e-9


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_tour_never_exceeds_largest_gap(case: tuple[Geometry, list[Stop]]) -> None:
    geometry, stops = case
    ends = (geometry.cross_aisles[0], geometry.cross_aisles[-1])
    block = Geometry(geometry.aisles, ends, geometry.depot_aisle, min(geometry.depot_cross_aisle, 1))
    assert tour_length(block, stops) <= largest_gap_length(block, stops) + 1e-9


@settings(max_examples=200, deadline=None)
@given(cases())
def test_the_walk_is_closed_visits_every_stop_and_is_as_long_as_promised(case: tuple[Geometry, list[Stop]]) -> None:
    geometry, stops = case
    tour = shortest_tour(geometry, stops)
    depot = (geometry.aisles[geometry.depot_aisle], geometry.depot[1])
    assert tour.path[0] == tour.path[-1] == depot
    assert walked(tour.path) == pytest.approx(tour.length) == tour_length(geometry, stops)
    assert sorted(tour.order) == list(range(len(stops)))
    crossed = [here[1] for here, there in pairwise(tour.path) if here[0] != there[0]]
    assert set(crossed) <= set(geometry.cross_aisles)
    reached = iter(tour.path)
    assert all((geometry.aisles[stops[index][0]], stops[index][1]) in reached for index in _places(tour.order, stops))


def _places(order: list[int], stops: list[Stop]) -> list[int]:
    """One index for each run of stops at the same place."""
    return [index for at, index in enumerate(order) if at == 0 or stops[order[at - 1]] != stops[index]]


@settings(max_examples=50, deadline=None)
@given(cases())
def test_a_further_stop_never_shortens_the_tour(case: tuple[Geometry, list[Stop]]) -> None:
    geometry, stops = case
    lengths = [tour_length(geometry, stops[:count]) for count in range(len(stops) + 1)]
    assert all(after >= before - 1e-9 for before, after in pairwise(lengths))


def test_the_published_example_takes_94() -> None:
    file = shared_data("sprp_example") / "unit_F1_m5_C30_a7_12.txt"
    instance = read_instance(file.name, file.read_text(encoding="latin-1"))
    stops = [stop for order in instance.orders for stop in order.stops]
    assert shortest_tour(instance.geometry, stops).length == tour_length(instance.geometry, stops) == 94


def test_no_stops_need_no_walk() -> None:
    geometry = Geometry((0.0, 4.0), (0.0, 10.0), depot_aisle=1)
    assert tour_length(geometry, []) == 0
    assert s_shape_length(geometry, []) == 0
    assert shortest_tour(geometry, []).path == [(4.0, 0.0)]


def test_an_empty_block_is_walked_through_and_back_to_reach_the_next() -> None:
    geometry = Geometry((0.0,), (0.0, 10.0, 20.0))
    assert tour_length(geometry, [(0, 13.0)]) == 26


@pytest.mark.parametrize("stop", [(2, 5.0), (-1, 5.0), (0, -0.1), (0, 10.1), (0, float("nan"))])
def test_a_stop_outside_the_warehouse_is_refused(stop: Stop) -> None:
    with pytest.raises(InvalidInput):
        tour_length(Geometry((0.0, 4.0), (0.0, 10.0)), [stop])


@pytest.mark.parametrize(
    ("aisles", "crossings", "depot"),
    [
        ((), (0.0, 1.0), (0, 0)),
        ((0.0,), (0.0,), (0, 0)),
        ((1.0, 1.0), (0.0, 1.0), (0, 0)),
        ((0.0,), (2.0, 1.0), (0, 0)),
        ((0.0,), (0.0, 1.0), (1, 0)),
        ((0.0,), (0.0, 1.0), (0, 2)),
    ],
)
def test_an_impossible_warehouse_is_refused(
    aisles: tuple[float, ...], crossings: tuple[float, ...], depot: tuple[int, int]
) -> None:
    with pytest.raises(InvalidInput):
        Geometry(aisles, crossings, *depot)


def test_largest_gap_is_for_one_block() -> None:
    with pytest.raises(InvalidInput):
        largest_gap_length(Geometry((0.0,), (0.0, 5.0, 9.0)), [(0, 3.0)])


def test_rules_of_thumb_give_their_known_lengths() -> None:
    geometry = Geometry((0.0, 5.0, 10.0), (0.0, 20.0))
    stops = [(0, 3.0), (1, 4.0), (2, 18.0)]
    assert s_shape_length(geometry, stops) == 20 + 20 + 2 * 18 + 20  # the third aisle is turned in
    assert largest_gap_length(geometry, stops) == 20 + 20 + 2 * 4 + 20
    assert tour_length(geometry, stops) == 20 + 5 + (5 + 4 + 5) + 20 + 5  # up, in and out of the third from the top, down


def test_s_shape_walks_two_blocks_from_the_far_one_back() -> None:
    geometry = Geometry((0.0, 5.0), (0.0, 10.0, 20.0))
    assert s_shape_length(geometry, [(0, 5.0), (0, 12.0), (1, 15.0), (1, 5.0)]) == 10 + (10 + 5 + 10) + 10 + 5
