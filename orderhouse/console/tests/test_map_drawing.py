"""The drawing of buildings and the steps of layers, without a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from orderhouse.console.wms import layers
from orderhouse.console.wms.floor_plan import Place, TourStop, draw_floor, draw_tours
from orderhouse.console.wms.map_queries import CountsOfPlace, StockOfPlace
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.rules import read_layout

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def building(text: str, level: int | None = None):  # type: ignore[no-untyped-def]
    layout = read_layout(text)
    places = [
        Place(n, p.code, p.kind, p.zone, p.aisle, p.x, p.y, p.level, p.capacity_units or 0)
        for n, p in enumerate(layout.places.values())
    ]
    geometry = layout.geometry
    return draw_floor(places, aisles=geometry.aisles, cross_aisles=geometry.cross_aisles, depot=(0.0, 0.0), level=level)


def overlaps(boxes) -> int:  # type: ignore[no-untyped-def]
    return sum(
        a.x + 0.01 < b.x + b.width and b.x + 0.01 < a.x + a.width and a.y + 0.01 < b.y + b.height and b.y + 0.01 < a.y + a.height
        for n, a in enumerate(boxes)
        for b in boxes[:n]
    )


def test_every_bin_has_its_own_room_on_the_drawing() -> None:
    plan = building(make_layout(aisles=4, blocks=2, bins_per_side=5, levels=3))
    assert len(plan.cells) == 4 * 2 * 5 * 2 * 3
    assert overlaps([*plan.cells, *plan.yard]) == 0
    assert all(box.x >= 0 and box.x + box.width <= plan.width for box in (*plan.cells, *plan.yard))
    assert all(box.y >= 0 and box.y + box.height <= plan.height for box in (*plan.cells, *plan.yard))
    assert [label.text for label in plan.aisles] == ["01", "02", "03", "04"]


def test_one_level_alone_shows_a_bin_for_each_bay() -> None:
    assert len(building(make_layout(aisles=2, blocks=1, bins_per_side=4, levels=3), level=1).cells) == 2 * 4 * 2


def test_a_deep_building_is_turned_so_that_it_fills_the_page() -> None:
    plan = building(make_layout(aisles=2, blocks=4, bins_per_side=12))
    assert plan.turned
    assert plan.width > plan.height
    assert overlaps([*plan.cells, *plan.yard]) == 0


def test_an_odd_building_is_drawn_with_aisles_named_by_number_where_codes_do_not_tell() -> None:
    plan = building(
        "kind,code,zone,aisle,x,y,level\ndepot,,,,0,0,\ncross_aisle,,,,,0,\ncross_aisle,,,,,40,\n"
        "bin,LEFT,A,1,0,5,0\nbin,ODD.1,A,7,9.5,12,0\nbin,ODD.2,A,9,31,39.5,4\nbin,<b>&,A,9,29,1,0\ndock,D,Y,,70,20,0\n"
    )
    assert len(plan.cells) == 4
    assert overlaps([*plan.cells, *plan.yard]) == 0
    assert {label.text for label in plan.aisles} == {"LEFT", "2", "3"}


def test_a_node_without_bins_has_no_drawing() -> None:
    assert draw_floor([], aisles=(0.0,), cross_aisles=(0.0, 5.0), depot=None) is None


def test_the_walked_part_ends_where_the_walker_stands() -> None:
    plan = building(make_layout(aisles=3, blocks=1, bins_per_side=5))
    walk = [(0.0, 0.0), (5.0, 0.0), (5.0, 6.0), (5.0, 0.0), (0.0, 0.0)]
    stops = [
        TourStop(1, "W1-01", "B-1", "Ada Byron", 6.0, 2.1, 5.0, "picked", "started"),
        TourStop(1, "W1-01", "B-1", "Ada Byron", 4.0, 4.5, 5.0, "started", "started"),
    ]
    (tour,) = draw_tours(plan, stops, {1: walk}, colors={1: 4})
    assert tour.letters == "AB"
    assert (tour.x, tour.y) == plan.at(5.0, 2.1)
    assert tour.done == plan.line([(0.0, 0.0), (5.0, 0.0), (5.0, 2.1)])
    assert [(dot.n, dot.done) for dot in tour.dots] == [(1, True), (2, False)]


def test_layers_put_each_bin_into_one_step_and_count_them() -> None:
    places = [Place(n, f"B{n}", "bin", "A", 0, 1, n, 0, 100) for n in range(4)]
    stock = {
        0: StockOfPlace(0, 3, 1, NOW - timedelta(days=3), date(2026, 3, 1)),
        1: StockOfPlace(1, 130, 1, NOW - timedelta(days=400), date(2026, 3, 5)),
        2: StockOfPlace(2, 100, 1, None, None),
    }
    assert layers.fill(places, stock).digits == "1540"
    assert layers.age(places, stock, NOW).digits == "1560"
    assert layers.expiry(places, stock, NOW.date()).digits == "5460"
    counted = {0: CountsOfPlace(0, NOW - timedelta(days=2), 0), 1: CountsOfPlace(1, None, 1)}
    assert layers.count(places, counted, NOW).digits == "1544"
    heat = layers.heat(places, {0: 1, 1: 40, 2: 7})
    assert heat.digits[3] == "0"
    assert heat.digits[1] == max(heat.digits)
    for layer in (heat, layers.fill(places, stock)):
        assert sum(step.bins for step in layer.steps) == 4
