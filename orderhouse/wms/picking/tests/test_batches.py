from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.picking.strategies import STRATEGIES, CartLimits, PickOrder, PlannedTour
from orderhouse.wms.picking.strategies.walks import Walks
from orderhouse.wms.routing import Geometry, tour_length
from tests.instances import optimal_batching_length, published, read_set

AISLES = 6
ZONES = ((0, 1), (2, 3), (4, 5))


def floor(blocks: int) -> Geometry:
    return Geometry(tuple(4.0 * aisle for aisle in range(AISLES)), tuple(20.0 * cross for cross in range(blocks + 1)), 2)


def random_orders(geometry: Geometry, count: int, *, seed: int = 1, most: int = 5) -> list[PickOrder]:
    random = Random(seed)
    return [
        PickOrder(
            key=f"O{number}",
            stops=tuple(
                (random.randrange(AISLES), random.randrange(int(geometry.cross_aisles[-1]) + 1))
                for _ in range(random.randint(1, most))
            ),
            load=random.randint(1, 9),
        )
        for number in range(count)
    ]


def meters(tours: list[PlannedTour]) -> float:
    return sum(tour.length_meters for tour in tours)


def test_every_strategy_is_found_by_its_file_and_explains_itself() -> None:
    assert set(STRATEGIES) == {"batch", "cluster", "discrete", "zone"}
    assert all(plan.__doc__ for plan in STRATEGIES.values())


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@pytest.mark.parametrize("blocks", [1, 2])
def test_every_stop_is_picked_once_on_a_walk_of_the_stated_length(name: str, blocks: int) -> None:
    geometry = floor(blocks)
    orders = random_orders(geometry, 25)
    limits = CartLimits(load=20, orders=4, zones=ZONES)
    tours = STRATEGIES[name](orders, geometry, limits, iterations=20)
    stops = {order.key: order.stops for order in orders}
    picks = Counter(pick for tour in tours for pick in tour.stop_sequence)
    assert picks == Counter((order.key, index) for order in orders for index in range(len(order.stops)))
    for tour in tours:
        assert {key for key, _ in tour.stop_sequence} == set(tour.order_keys)
        assert tour.length_meters == pytest.approx(
            tour_length(geometry, [stops[key][index] for key, index in tour.stop_sequence])
        )
        assert tour.length_meters == pytest.approx(sum(abs(x - a) + abs(y - b) for (x, y), (a, b) in pairwise(tour.path)))
        reached = iter(tour.path)
        here = next(reached)
        for key, index in tour.stop_sequence:
            aisle, y = stops[key][index]
            while here != (geometry.aisles[aisle], y):
                here = next(reached)  # raises StopIteration where the sequence does not follow the walk


@pytest.mark.parametrize("name", ["batch", "cluster"])
def test_no_tour_exceeds_the_cart(name: str) -> None:
    geometry = floor(2)
    orders = random_orders(geometry, 40)
    load = {order.key: order.load for order in orders}
    tours = STRATEGIES[name](orders, geometry, CartLimits(load=18, orders=5), iterations=100)
    assert Counter(key for tour in tours for key in tour.order_keys) == Counter(load.keys())
    assert all(sum(load[key] for key in tour.order_keys) <= 18 and len(tour.order_keys) <= 5 for tour in tours)


def test_an_order_too_big_for_the_cart_travels_alone() -> None:
    geometry = floor(1)
    orders = [*random_orders(geometry, 8), PickOrder("pallet", ((0, 3.0), (5, 9.0)), load=500)]
    tours = STRATEGIES["batch"](orders, geometry, CartLimits(load=30), iterations=50)
    assert [tour.order_keys for tour in tours if "pallet" in tour.order_keys] == [("pallet",)]


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    geometry = floor(2)
    orders = random_orders(geometry, 30)
    plans = [STRATEGIES["batch"](orders, geometry, CartLimits(load=25), seed=7, iterations=80) for _ in range(2)]
    assert plans[0] == plans[1]


def test_searching_never_makes_the_plan_longer_and_batches_walk_less_than_single_orders() -> None:
    geometry = floor(2)
    orders = random_orders(geometry, 30)
    limits = CartLimits(load=25)
    lengths = [meters(STRATEGIES["batch"](orders, geometry, limits, iterations=steps)) for steps in (0, 400)]
    assert lengths[1] < lengths[0] < 0.6 * meters(STRATEGIES["discrete"](orders, geometry, limits))


def test_many_orders_fill_their_carts() -> None:
    geometry = floor(2)
    orders = random_orders(geometry, 320, most=3)
    tours = STRATEGIES["cluster"](orders, geometry, CartLimits(orders=8))
    assert Counter(key for tour in tours for key in tour.order_keys) == Counter(order.key for order in orders)
    assert len(tours) <= 42  # 40 at best


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_no_orders_need_no_tours(name: str) -> None:
    assert STRATEGIES[name]([], floor(1), CartLimits(orders=4, zones=ZONES)) == []


def test_an_order_without_stops_walks_nowhere() -> None:
    assert meters(STRATEGIES["batch"]([PickOrder("gift card", ())], floor(1), CartLimits())) == 0


def test_zone_tours_stay_in_their_zone_and_share_out_the_load() -> None:
    geometry = floor(1)
    orders = [PickOrder("A", ((0, 1.0), (3, 2.0), (5, 3.0)), load=10), PickOrder("B", ((1, 1.0), (1, 4.0)), load=4)]
    tours = STRATEGIES["zone"](orders, geometry, CartLimits(load=7, zones=ZONES))
    zones = [{zone for zone, aisles in enumerate(ZONES) for aisle in aisles if aisle == at} for at in range(AISLES)]
    stops = {order.key: order.stops for order in orders}
    touched = [{zone for key, index in tour.stop_sequence for zone in zones[stops[key][index][0]]} for tour in tours]
    assert all(len(zones_of_tour) == 1 for zones_of_tour in touched)
    assert sorted(tour.order_keys for tour in tours) == [("A",), ("A",), ("A", "B")]  # a third of A and B fill zone 0's cart


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("cluster", CartLimits(load=5)),
        ("zone", CartLimits(zones=((0, 1),))),
        ("zone", CartLimits(zones=((0, 1, 2, 3), (3, 4, 5)))),
    ],
)
def test_limits_the_strategy_cannot_work_with_are_refused(name: str, limits: CartLimits) -> None:
    geometry = floor(1)
    with pytest.raises(InvalidInput):
        STRATEGIES[name](random_orders(geometry, 10), geometry, limits)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_the_same_order_twice_is_refused(name: str) -> None:
    order = PickOrder("A", ((0, 1.0),), load=1)
    with pytest.raises(InvalidInput):
        STRATEGIES[name]([order, order], floor(1), CartLimits(orders=4, zones=ZONES))


def test_empty_carts_are_refused() -> None:
    with pytest.raises(InvalidInput):
        CartLimits(load=0)
    with pytest.raises(InvalidInput):
        CartLimits(orders=0)


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_groups_measured_together_equal_tours_measured_one_by_one(blocks: int) -> None:
    geometry = floor(blocks)
    orders = random_orders(geometry, 40, seed=blocks, most=8)
    walks = Walks(orders, geometry)
    random = Random(blocks)
    chosen = [random.sample(range(40), random.randint(1, 6)) for _ in range(60)]
    lengths = walks.measure([walks.merge(walks.singles[number] for number in group) for group in chosen])
    for group, length in zip(chosen, lengths, strict=True):
        assert length == pytest.approx(tour_length(geometry, [stop for number in group for stop in orders[number].stops]))


BAHCECI_ONCAN = "jobprp_bahceci_oncan"
HENN_WAESCHER = "jobprp_henn_waescher"


def test_enumerating_all_batches_reproduces_the_published_optima() -> None:
    instances, results = read_set(BAHCECI_ONCAN), published(BAHCECI_ONCAN)
    sample = sorted(instances)[::27]
    assert len(sample) == 25
    assert {name: optimal_batching_length(instances[name]) for name in sample} == pytest.approx(
        {name: results[name].best for name in sample}
    )


@pytest.mark.parametrize("name", ["uniform_Largest_Gap/5l-30-30-8.txt", "uniform_S-Shape/29s-40-30-4.txt"])
def test_a_short_search_comes_close_to_the_proven_optimum(name: str) -> None:
    instance, result = read_set(HENN_WAESCHER)[name], published(HENN_WAESCHER)[name]
    assert result.proven
    length = meters(STRATEGIES["batch"](instance.orders, instance.geometry, CartLimits(load=instance.capacity), iterations=4000))
    assert result.lower_bound - 1e-6 <= length <= 1.01 * result.best
