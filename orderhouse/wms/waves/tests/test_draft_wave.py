from __future__ import annotations

import json

import pytest

from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.picking.assign_tour import assign_tour
from orderhouse.wms.picking.labor import LaborStandard, share_out
from orderhouse.wms.picking.queries import next_tour
from orderhouse.wms.picking.refusals import TourTaken
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.waves.cancel_wave import NothingToTakeBack, WaveReleased, cancel_wave, take_back_tours
from orderhouse.wms.waves.draft_wave import FloorChanged, Setting, WaveDraft, draft_wave, gather_wave, make_drafted_wave
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours, waves
from orderhouse.wms.waves.release_wave import release_wave
from orderhouse.wms.waves.rules import Choice


def draft(shop: ShippingFloor, setting: Setting | None = None, **choice: object) -> WaveDraft:
    setting = setting or Setting(capacity=2)
    gathered = gather_wave(by=shop.by, node_id=shop.node_id, choice=Choice(**choice), settings=[setting])  # type: ignore[arg-type]
    return draft_wave(gathered, setting, gathered.limits[0], seconds=0.05)


def waiting(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50), ("02-005-1", 50))
    shop.keep("TEE", ("02-011-1", 50))
    for n in range(6):
        shop.release(f"R{n}", ("MUG" if n % 2 else "TEE", 1 + n))


def test_a_draft_changes_nothing_and_the_wave_made_of_it_is_that_very_plan(shop: ShippingFloor) -> None:
    waiting(shop)
    drawn = draft(shop)
    assert waves(shop.tenant_id, shop.node_id) == []
    assert shop.counts("R0") == {"waiting": 1}
    plan = make_drafted_wave(by=shop.by, kept=json.loads(json.dumps(drawn.kept())))
    assert (plan.orders, plan.lines, plan.units) == (drawn.orders, drawn.lines, drawn.units) == (6, 6, 21)
    made = tours(shop.tenant_id, wave_id=plan.wave_id)
    assert [tour.meters for tour in made] == pytest.approx([walk.meters for walk in drawn.walks])
    assert [tour.path for tour in made] == [[[round(x, 2), round(y, 2)] for x, y in walk.path] for walk in drawn.walks]
    release_wave(by=shop.by, wave_id=plan.wave_id)
    shop.pick()
    assert {shop.out(f"R{n}").state for n in range(6)} == {"picked"}


def test_a_draft_of_a_floor_that_moved_is_refused_and_nothing_is_planned(shop: ShippingFloor) -> None:
    waiting(shop)
    drawn = draft(shop).kept()
    shop.cancel("R3")
    with pytest.raises(FloorChanged, match="1 of its 6 orders wait no longer"):
        make_drafted_wave(by=shop.by, kept=drawn)
    assert waves(shop.tenant_id, shop.node_id) == []
    drawn = draft(shop).kept()
    shop.release("BIG", ("TEE", 50), priority=0)
    assert shop.wave(max_orders=1) is not None
    with pytest.raises(FloorChanged, match="can no longer be taken"):
        make_drafted_wave(by=shop.by, kept=drawn)
    assert len(waves(shop.tenant_id, shop.node_id)) == 1
    assert shop.counts("R0") == {"waiting": 1}


def test_orders_that_came_since_the_draft_wait_for_the_next_wave(shop: ShippingFloor) -> None:
    waiting(shop)
    drawn = draft(shop)
    shop.release("URGENT", ("MUG", 1), priority=0)
    plan = make_drafted_wave(by=shop.by, kept=drawn.kept())
    assert plan.orders == 6
    assert shop.out("URGENT").state == "accepted"


@pytest.mark.parametrize(
    ("choice", "orders"),
    [
        ({"carrier": "own_fleet"}, 6),
        ({"carrier": "nobody"}, 0),
        ({"service": "express"}, 0),
        ({"priority": 10}, 0),
        ({"priority": 50}, 6),
        ({"single_line": True}, 5),
        ({"max_wave_units": 6}, 3),
        ({"max_orders": 4}, 4),
        ({"owner_id": 1}, 0),
    ],
)
def test_a_choice_takes_only_what_it_names(shop: ShippingFloor, choice: dict[str, object], orders: int) -> None:
    shop.keep("MUG", ("01-001-1", 50), ("02-005-1", 50))
    shop.keep("TEE", ("02-011-1", 50))
    for n in range(5):
        shop.release(f"R{n}", ("MUG", 1 + n))
    shop.release("BOTH", ("MUG", 1), ("TEE", 1))
    assert draft(shop, **choice).orders == orders  # type: ignore[arg-type]


def test_a_choice_of_an_item_takes_the_orders_that_have_it(shop: ShippingFloor) -> None:
    waiting(shop)
    assert draft(shop, item_id=shop.items["TEE"]).orders == 3
    plan = plan_wave(by=shop.by, node_id=shop.node_id, choice=Choice(item_id=shop.items["TEE"], max_orders=2))
    assert plan is not None
    assert (plan.orders, plan.units) == (2, 4)


def test_a_cancelled_wave_leaves_its_units_free_and_its_orders_waiting(shop: ShippingFloor) -> None:
    waiting(shop)
    plan = plan_wave(by=shop.by, node_id=shop.node_id)
    assert plan is not None
    assert shop.stock("02-011-1", "TEE", "allocated") == 9
    taken = cancel_wave(by=shop.by, wave_id=plan.wave_id)
    assert (taken.orders, taken.units) == (6, 21)
    assert (shop.stock("02-011-1", "TEE"), shop.stock("02-011-1", "TEE", "allocated")) == (50, 0)
    assert {shop.out(f"R{n}").state for n in range(6)} == {"accepted"}
    assert shop.out("R0").wave is None
    assert waves(shop.tenant_id, shop.node_id)[0].state == "cancelled"
    again = shop.wave()
    assert again is not None
    assert again.units == 21
    shop.pick()


def test_of_a_released_wave_only_what_nobody_has_started_comes_back(shop: ShippingFloor) -> None:
    waiting(shop)
    plan = shop.wave(capacity=2)
    assert plan is not None
    with pytest.raises(WaveReleased):
        cancel_wave(by=shop.by, wave_id=plan.wave_id)
    first, *rest = shop.tour_ids()
    start_tour(by=shop.by, tour_id=first)
    taken = take_back_tours(by=shop.by, wave_id=plan.wave_id)
    assert (taken.tours, taken.orders) == (len(rest), 4)
    assert shop.tour_ids() == [first]
    shop.pick()
    assert waves(shop.tenant_id, shop.node_id)[0].state == "done"
    with pytest.raises(NothingToTakeBack):
        take_back_tours(by=shop.by, wave_id=plan.wave_id)
    again = shop.wave()
    assert again is not None
    assert again.orders == 4
    shop.pick()


def test_a_tour_kept_for_a_badge_is_that_badges_next(shop: ShippingFloor) -> None:
    from orderhouse.people.define_badges import define_badges

    define_badges(by=shop.by, badges={"B-1": "Ada", "B-2": "Bob"})
    waiting(shop)
    shop.wave(capacity=2)
    last = shop.tour_ids()[-1]
    assign_tour(by=shop.by, tour_id=last, badge="B-2")
    found = next_tour(shop.tenant_id, shop.node_id, "B-2")
    assert found is not None
    assert found.id == last
    with pytest.raises(TourTaken):
        start_tour(by=shop.by, tour_id=last)
    assign_tour(by=shop.by, tour_id=last, badge=None)
    start_tour(by=shop.by, tour_id=last)
    with pytest.raises(TourTaken):
        assign_tour(by=shop.by, tour_id=last, badge="B-1")


def test_tours_are_given_to_whoever_is_free_first() -> None:
    assert share_out([30, 10, 10, 5], 2) == [(35, [0, 3]), (20, [1, 2])] or share_out([30, 10, 10, 5], 2) == [
        (30, [0]),
        (25, [1, 2, 3]),
    ]
    standard = LaborStandard(meters_per_second=1, seconds_per_stop=10, seconds_per_unit=2, seconds_per_tour=60)
    assert standard.seconds(meters=100, stops=3, units=5) == 200
