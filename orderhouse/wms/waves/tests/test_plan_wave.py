from __future__ import annotations

from datetime import timedelta

import pytest

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours, waves
from orderhouse.wms.waves.release_wave import WaveNotPlanned, release_wave


def test_orders_go_by_priority_then_by_the_moment_they_must_leave(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50))
    shop.release("LATER", ("MUG", 1), hours=9)
    shop.release("SOON", ("MUG", 1), hours=2)
    shop.release("FIRST", ("MUG", 1), hours=9, priority=0)
    shop.wave(max_orders=2)
    assert {number for number in ("LATER", "SOON", "FIRST") if shop.out(number).state == "waved"} == {"FIRST", "SOON"}


def test_a_cutoff_leaves_out_what_may_leave_later(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50))
    shop.release("TODAY", ("MUG", 1), hours=5)
    shop.release("TOMORROW", ("MUG", 1), hours=30)
    shop.wave(cutoff_at=shop.by.at + timedelta(hours=8))
    assert (shop.out("TODAY").state, shop.out("TOMORROW").state) == ("waved", "accepted")
    assert shop.wave(cutoff_at=shop.by.at + timedelta(hours=8)) is None


def test_stock_on_the_dock_waits_for_the_next_wave_and_stock_nowhere_is_shorted(shop: ShippingFloor) -> None:
    shop.receive("MUG", 2)
    shop.item("TEE")
    shop.release("DOCK", ("MUG", 2))
    shop.release("NONE", ("TEE", 1))
    assert shop.wave() is None
    assert (shop.out("DOCK").state, shop.out("NONE").state) == ("accepted", "shorted")
    shop.stow()
    plan = shop.wave()
    assert plan is not None
    assert plan.units == 2
    assert shop.out("DOCK").state == "waved"


def test_a_cart_takes_so_many_orders(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50), ("02-005-1", 50))
    for n in range(7):
        shop.release(f"R{n}", ("MUG", 1))
    plan = shop.wave(capacity=3)
    assert plan is not None
    assert plan.tours == 3
    found = tours(shop.tenant_id, wave_id=plan.wave_id)
    assert max(tour.orders for tour in found) <= 3
    assert sum(tour.tasks for tour in found) == 7
    assert all(len(tour.path) > 1 and tour.meters > 0 for tour in found)
    assert [tour.number for tour in found] == ["W00001-01", "W00001-02", "W00001-03"]


@pytest.mark.parametrize("strategy", ["discrete", "batch", "cluster", "zone"])
def test_every_strategy_picks_every_unit(shop: ShippingFloor, strategy: str) -> None:
    shop.keep("MUG", ("01-001-1", 50))
    shop.keep("TEE", ("02-011-1", 50))
    for n in range(4):
        shop.release(f"R{n}", ("MUG", 1), ("TEE", 2))
    plan = shop.wave(strategy=strategy)
    assert plan is not None
    assert plan.units == sum(stop.quantity for stop in shop.stops()) == 12
    shop.pick()
    assert {shop.out(f"R{n}").state for n in range(4)} == {"picked"}
    assert waves(shop.tenant_id, shop.node_id)[0].state == "done"


def test_a_zone_leaves_out_orders_that_need_another(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50))
    shop.release("R1", ("MUG", 1))
    zone = shop.bin("01-001-1").zone
    plan = plan_wave(by=shop.by, node_id=shop.node_id, zone=zone)
    assert plan is not None
    assert plan.units == 1


def test_searching_on_shortens_the_walk_and_loses_no_task(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 90), ("01-012-1", 9), ("02-001-2", 9), ("02-012-2", 9))
    for n in range(1, 4):
        shop.keep(f"I{n}", (f"0{1 + n % 2}-00{n}-2", 30), (f"0{2 - n % 2}-01{n - 1}-2", 30))
    for n in range(14):
        shop.release(f"R{n}", (f"I{1 + n % 3}", 1 + n % 4), (f"I{1 + (n * 5 + 1) % 3}", 1))
    plan = plan_wave(by=shop.by, node_id=shop.node_id, capacity=3, deadline_seconds=0.2, seed=1)
    assert plan is not None
    found = tours(shop.tenant_id, wave_id=plan.wave_id)
    assert sum(tour.meters for tour in found) == pytest.approx(plan.meters)
    assert (len(found), sum(tour.tasks for tour in found)) == (plan.tours, plan.lines)
    release_wave(by=shop.by, wave_id=plan.wave_id)
    shop.pick()
    assert waves(shop.tenant_id, shop.node_id)[0].state == "done"


def test_a_wave_is_released_once_and_only_by_a_known_strategy(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50))
    shop.release("R1", ("MUG", 1))
    plan = shop.wave()
    assert plan is not None
    with pytest.raises(WaveNotPlanned, match="released already"):
        release_wave(by=shop.by, wave_id=plan.wave_id)
    with pytest.raises(InvalidInput, match="cluster"):
        plan_wave(by=shop.by, node_id=shop.node_id, strategy="guess")


def test_a_wave_whose_orders_were_all_cancelled_is_done_when_released(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 50))
    shop.release("R1", ("MUG", 1))
    plan = plan_wave(by=shop.by, node_id=shop.node_id)
    shop.cancel("R1")
    assert plan is not None
    release_wave(by=shop.by, wave_id=plan.wave_id)
    assert waves(shop.tenant_id, shop.node_id)[0].state == "done"
