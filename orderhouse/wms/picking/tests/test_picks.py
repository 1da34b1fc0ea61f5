from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection

from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, counted
from orderhouse.wms.picking.assign_totes import ToteFor, assign_totes
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.queries import next_tour
from orderhouse.wms.picking.refusals import (
    PickedTooMany,
    ShortTooMany,
    TaskNotStarted,
    TaskTaken,
    TourNotReady,
    TourTaken,
    WrongTote,
)
from orderhouse.wms.picking.short_picks import ShortPick, short_picks
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.waves.plan_wave import plan_wave


def test_a_tour_has_one_picker_and_the_other_is_told_who(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.release("R1", ("MUG", 2))
    plan = plan_wave(by=shop.by, node_id=shop.node_id)
    assert plan is not None
    [tour_id] = [row[0] for row in shop.rows("SELECT id FROM wms_tour WHERE tenant_id = %s")]
    with pytest.raises(TourNotReady, match="not released"):
        start_tour(by=shop.by, tour_id=tour_id)
    shop.rows("UPDATE wms_wave SET state = 'released' WHERE tenant_id = %s RETURNING id")
    anna, ben = replace(shop.by, actor="anna"), replace(shop.by, actor="ben")
    [stop] = shop.stops()
    with pytest.raises(TaskNotStarted):
        confirm_picks(by=ben, picks=[PickDone(stop.task_id, 1, shop.tote("T1"))])
    started = start_tour(by=anna, tour_id=tour_id)
    assert start_tour(by=anna, tour_id=tour_id) == started
    assert (started.outbound_ids, [s.sku for s in started.stops]) == ((shop.id_of("R1"),), ["MUG"])
    with pytest.raises(TourTaken, match="anna"):
        start_tour(by=ben, tour_id=tour_id)
    with pytest.raises(TaskTaken, match="anna has this pick of MUG at 01-001-1"):
        confirm_picks(by=ben, picks=[PickDone(stop.task_id, 1, shop.tote("T1"))])
    tour = next_tour(shop.tenant_id, shop.node_id, "anna")
    assert tour is not None
    assert tour.id == tour_id
    assert next_tour(shop.tenant_id, shop.node_id, "ben") is None


def test_two_pickers_at_one_tour_one_wins(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.release("R1", ("MUG", 2))
    shop.wave()
    [tour_id] = shop.tour_ids()
    tote, [stop] = shop.tote("T1"), shop.stops()
    start = Barrier(4)

    def race(n: int) -> str:
        by = replace(shop.by, actor=f"picker-{n}")
        try:
            start.wait()
            start_tour(by=by, tour_id=tour_id)
            confirm_picks(by=by, picks=[PickDone(stop.task_id, 2, tote)])
            return f"picker-{n}"
        except Refusal as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(race, range(4)))
    [winner] = [word for word in said if word.startswith("picker-")]
    assert all(winner in word for word in said)
    assert shop.counts("R1") == {"picked": 2}


def test_the_same_pick_scanned_at_once_counts_once(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.release("R1", ("MUG", 2))
    shop.wave()
    shop.start()
    tote, [stop] = shop.tote("T1"), shop.stops()
    start = Barrier(4)

    def race(_: int) -> bool:
        try:
            start.wait()
            confirm_picks(by=shop.by, picks=[PickDone(stop.task_id, 2, tote)])
            return True
        except Refusal:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(race, range(4))) == 1
    assert shop.counts("R1") == {"picked": 2}


def test_a_tote_carries_one_order(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.release("R1", ("MUG", 2))
    shop.release("R2", ("MUG", 1))
    shop.wave()
    shop.start()
    tote = shop.tote("T1")
    assign_totes(by=shop.by, totes=[ToteFor(shop.id_of("R1"), tote)])
    assign_totes(by=shop.by, totes=[ToteFor(shop.id_of("R1"), tote)])
    with pytest.raises(WrongTote, match="T1 cannot take order O-R2: it carries another order"):
        assign_totes(by=shop.by, totes=[ToteFor(shop.id_of("R2"), tote)])
    other = next(stop for stop in shop.stops() if stop.release_number == "R2")
    with pytest.raises(WrongTote):
        confirm_picks(by=shop.by, picks=[PickDone(other.task_id, 1, tote)])
    with pytest.raises(NotFound):
        confirm_picks(by=shop.by, picks=[PickDone(other.task_id, 1, 17)])
    with pytest.raises(PickedTooMany, match="2 of MUG are too many: 1"):
        confirm_picks(by=shop.by, picks=[PickDone(other.task_id, 2, shop.tote("T2"))])
    assert shop.counts("R2") == {"allocated": 1}
    shop.cancel("R1")
    assign_totes(by=shop.by, totes=[ToteFor(shop.id_of("R2"), tote)])


def test_a_task_can_be_picked_in_parts(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.release("R1", ("MUG", 5))
    shop.wave()
    shop.start()
    [stop] = shop.stops()
    confirm_picks(by=shop.by, picks=[PickDone(stop.task_id, 2, shop.tote("T1")), PickDone(stop.task_id, 1, shop.tote("T2"))])
    assert (shop.counts("R1"), shop.out("R1").state) == ({"allocated": 2, "picked": 3}, "picking")
    shop.cancel("R1", (1, 2))
    assert (shop.counts("R1"), shop.out("R1").state, shop.tour_ids()) == ({"cancelled": 2, "picked": 3}, "picked", [])


def test_a_short_pick_mends_the_bin_and_finds_the_units_elsewhere(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5), ("02-011-1", 4))
    shop.release("R1", ("MUG", 5))
    shop.wave()
    shop.start()
    [stop] = shop.stops()
    tote = shop.tote("T1")
    confirm_picks(by=shop.by, picks=[PickDone(stop.task_id, 2, tote)])
    with pytest.raises(ShortTooMany):
        short_picks(by=shop.by, shorts=[ShortPick(stop.task_id, 5)])
    with pytest.raises(ShortTooMany):
        short_picks(by=shop.by, shorts=[ShortPick(stop.task_id, 1)])
    [answer] = short_picks(by=shop.by, shorts=[ShortPick(stop.task_id, 2)])
    assert (answer.missing, answer.elsewhere, answer.waiting, answer.shorted) == (3, 3, 0, 0)
    assert shop.stock("01-001-1", "MUG", "allocated") == 0
    assert shop.told()[-1] == ("MUG", -3, 6, 3, "lost")
    [again] = shop.stops()
    assert (again.location, again.quantity, again.state, again.sequence > stop.sequence) == ("02-011-1", 3, "started", True)
    assert shop.exceptions()[0][0] == "short_pick"
    assert shop.rows("SELECT reason, state FROM wms_count_task WHERE tenant_id = %s") == [("short_pick", "ready")]
    confirm_picks(by=shop.by, picks=[PickDone(again.task_id, 3, tote)])
    assert (shop.out("R1").state, shop.counts("R1"), shop.tour_ids()) == ("picked", {"picked": 5}, [])


def test_units_found_damaged_stay_in_their_bin_as_damaged_and_are_told_so(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5), ("02-011-1", 4))
    shop.release("R1", ("MUG", 5))
    shop.wave()
    shop.start()
    [stop] = shop.stops()
    [answer] = short_picks(by=shop.by, shorts=[ShortPick(stop.task_id, 0, damaged=True)])
    assert (answer.missing, answer.elsewhere) == (5, 4)
    assert shop.stock("01-001-1", "MUG", "damaged") == 5
    assert shop.told()[-1] == ("MUG", -5, 4, 3, "damaged")
    assert shop.exceptions()[0][0] == "damaged"


def test_a_short_pick_with_nothing_elsewhere_shorts_the_release_before_it_tells_the_loss(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.start()
    [stop] = shop.stops()
    [answer] = short_picks(by=shop.by, shorts=[ShortPick(stop.task_id, 2)])
    assert answer.shorted == 1
    assert [(s.task_id, s.quantity) for s in shop.stops()] == [(stop.task_id, 2)]
    assert shop.said("R1")[-1] == ("ReleaseShorted", [(1, 1)])
    last = [row[0] for row in shop.rows("SELECT type FROM contract_outbox WHERE tenant_id = %s ORDER BY id DESC LIMIT 2")]
    assert last == ["InventoryChanged", "ReleaseShorted"]
    shop.pick()
    shop.ship(shop.pack("R1"))
    assert shop.counts("R1") == {"shipped": 2, "shorted": 1}
    assert shop.letters("ShipmentConfirmed")[0]["differences"] == [{"line_number": 1, "quantity": 1, "reason": "short"}]


def test_what_is_short_but_on_the_dock_waits_for_the_next_wave_and_the_same_order(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.receive("MUG", 5)
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.start()
    [stop] = shop.stops()
    [answer] = short_picks(by=shop.by, shorts=[ShortPick(stop.task_id, 0)])
    assert (answer.waiting, answer.shorted, shop.out("R1").state) == (3, 0, "picking")
    shop.stow("02-001-1")
    shop.wave()
    assert [s.location for s in shop.stops()] in (["02-001-1"], ["01-001-1"])
    shop.pick()
    assert shop.out("R1").state == "picked"


def test_a_whole_tour_costs_the_same_statements_as_one_pick(shop: ShippingFloor) -> None:
    for n in range(24):
        shop.item(f"I{n}")
        shop.receive(f"I{n}", 60)
    shop.stow()
    for n in range(8):
        shop.release(f"R{n}", *[(f"I{k}", 1) for k in range(24)])
    shop.wave(capacity=8)
    shop.start()
    picks = [PickDone(stop.task_id, stop.quantity, shop.tote(f"T-{stop.release_number}")) for stop in shop.stops()]
    assert len(picks) == 8 * 24
    with counted() as one:
        confirm_picks(by=shop.by, picks=picks[:1])
    with counted() as tour:
        confirm_picks(by=shop.by, picks=picks[1:])
    assert len(tour) <= len(one) + 8 <= 17  # a tour that ends closes its wave, and its orders are picked
    assert {shop.out(f"R{n}").state for n in range(8)} == {"picked"}
