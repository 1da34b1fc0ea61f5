"""The small pure decisions of a replay: counts that make corrections true, credits shared out, the assumed world."""

from __future__ import annotations

import io
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orderhouse.oms.freight.tariffs import Tariff
from orderhouse.replay import world
from orderhouse.replay.corrections import BinStock, CountWanted, plan_counts
from orderhouse.replay.interpret import NewItem
from orderhouse.replay.progress import Progress
from orderhouse.replay.settle_credits import Standing, decide
from orderhouse.replay.stages import add_up
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.rules import read_layout

NODE, ITEM = 1, 7
BINS = [BinStock(ITEM, NODE, 10, "01-001-1", 30, 5), BinStock(ITEM, NODE, 11, "01-002-1", 8, 0)]


def test_a_write_off_empties_one_bin_after_the_other_and_counts_allocated_units_as_there() -> None:
    plan = plan_counts([(ITEM, -35)], BINS)
    assert plan.counts == [CountWanted(NODE, 10, "01-001-1", ITEM, 5), CountWanted(NODE, 11, "01-002-1", ITEM, 3)]
    assert (plan.lost, plan.beyond_stock) == (35, 0)


def test_what_no_bin_has_is_told_not_invented() -> None:
    plan = plan_counts([(ITEM, -50), (8, 4)], BINS)
    assert (plan.lost, plan.beyond_stock, plan.nowhere) == (38, 12, 4)


@given(st.lists(st.tuples(st.just(ITEM), st.integers(-60, 60).filter(bool)), max_size=8))
def test_counts_add_up_to_the_corrections(wanted: list[tuple[int, int]]) -> None:
    plan = plan_counts(wanted, BINS)
    before = {stock.location_id: stock.good + stock.allocated for stock in BINS}
    assert sum(count.found - before[count.location_id] for count in plan.counts) == plan.found - plan.lost
    assert plan.found - plan.lost - plan.beyond_stock == sum(units for _, units in wanted)
    allocated = {stock.location_id: stock.allocated for stock in BINS}
    assert all(count.found >= allocated[count.location_id] for count in plan.counts)


def test_a_credit_cancels_what_is_open_then_takes_back_what_shipped() -> None:
    settled = decide([("A", 1, 7)], [Standing("A", 1, 100, cancellable=3, returnable=9)])
    assert settled == ({100: {1: 3}}, {100: {1: 4}}, 0)


def test_two_credits_of_one_line_never_take_a_unit_twice() -> None:
    settled = decide([("A", 1, 5), ("A", 1, 5)], [Standing("A", 1, 100, cancellable=3, returnable=4)])
    assert settled == ({100: {1: 3}}, {100: {1: 4}}, 3)


def test_a_credit_of_an_unknown_order_is_told() -> None:
    assert decide([("B", 1, 5)], []).neither == 5


def test_the_tariffs_reach_every_country_at_every_weight() -> None:
    tariffs = {t.service: Tariff.from_dict({"code": t.carrier, **t.zones}) for t in world.tariffs()}
    for grams in (10, world.PARCEL_GRAMS, world.PARCEL_GRAMS + 1, 5_000_000):
        service = world.service_for(grams)
        for country in ("GB", "JE", "IE", "JP", "ZA"):
            zone = tariffs[service].zone("GB", country, 300.0)
            assert (service, zone) in tariffs[service].rates


def test_the_buildings_hold_what_their_nodes_carry() -> None:
    for site in world.SITES:
        layout = read_layout(make_layout(**world.building(site, 4_600)._asdict()))
        bins = sum(place.kind == "bin" for place in layout.places.values())
        assert bins >= 1.5 * 4_600 * site.range_share
        assert len(layout.geometry.cross_aisles) == 3


def test_an_item_is_the_same_at_every_asking_and_never_without_weight() -> None:
    for price in ("0", "0.001", "2.55", "650.00"):
        item = NewItem("85123A", "WHITE HANGING HEART", Decimal(price))
        definition = world.item_definition(item)
        assert definition == world.item_definition(item)
        assert 5 <= definition.weight_grams <= 8_000
        assert world.launch_quantity(item.price) >= 1


def test_somebody_carries_every_item() -> None:
    assert all(any(world.carries(site, f"{n}") for site in world.SITES) for n in range(500))


def test_progress_tells_the_rate_and_the_time_left_in_plain_lines() -> None:
    out = io.StringIO()
    progress = Progress(lines_total=1000, days_total=4, out=out)
    progress.show(day="2009-12-01", days_done=1, lines_done=250)
    assert out.getvalue() == ""  # not on a terminal: a line now and then
    progress.show(day="2009-12-02", days_done=4, lines_done=1000, last=True)
    assert "100%  2009-12-02  day 4 of 4  1,000 of 1,000 lines" in out.getvalue()
    assert "0:00 left" in out.getvalue()


def test_stages_of_many_days_add_up() -> None:
    assert add_up(iter([{"pick": [1.0, 0.5, 10]}, {"pick": [2.0, 0.5, 20], "ship": [1, 1, 1]}])) == {
        "pick": [3.0, 1.0, 30],
        "ship": [1, 1, 1],
    }
