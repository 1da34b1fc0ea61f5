from __future__ import annotations

from datetime import date

import pytest

from orderhouse.contract.events import story
from orderhouse.database import unit_of_work
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.queries import counts_to_make, variances
from orderhouse.wms.counting.recount import recount
from orderhouse.wms.counting.refusals import CountStep
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.stock.tests.floor import Floor

ALLOCATED_BY_HAND = ("allocations_equal_pick_tasks", "outbound_lines_equal_books")


def asked(floor: Floor, code: str, sku: str) -> int:
    key = (floor.bin(code).id, floor.item(sku))
    return request_counts(by=floor.by, bins=[key], reason="schedule")[key]


def counted(floor: Floor, code: str, sku: str, units: int) -> int:
    task = asked(floor, code, sku)
    count_locations(by=floor.by, counts=[Count(task, units)])
    return task


@pytest.fixture
def tea(floor: Floor) -> Floor:
    """50 TEA in 01-001-1."""
    floor.receive("TEA", 50)
    floor.stow("01-001-1")
    return floor


def test_asking_twice_asks_once(tea: Floor) -> None:
    first = asked(tea, "01-001-1", "TEA")
    assert asked(tea, "01-001-1", "TEA") == first
    with unit_of_work(tea.tenant_id):
        assert [task.location for task in counts_to_make(tea.tenant_id, tea.node_id)] == ["01-001-1"]
    count_locations(by=tea.by, counts=[Count(first, 50)])
    assert asked(tea, "01-001-1", "TEA") != first


def test_a_count_that_matches_is_approved_at_once(tea: Floor) -> None:
    tea.allocate("01-001-1", "TEA", 20)
    task = asked(tea, "01-001-1", "TEA")
    assert count_locations(by=tea.by, counts=[Count(task, 50)]) == []
    assert tea.exceptions() == []
    assert tea.told() == [("TEA", 50, 50, 1, "received")]
    with pytest.raises(CountStep, match=r"is approved \(by tester\)"):
        count_locations(by=tea.by, counts=[Count(task, 49)])


def test_a_count_that_differs_changes_nothing_until_the_manager_approves(tea: Floor) -> None:
    task = asked(tea, "01-001-1", "TEA")
    assert count_locations(by=tea.by, counts=[Count(task, 47)]) == [task]
    assert tea.stock("01-001-1", "TEA") == 50
    assert [(kind, facts["expected"], facts["counted"]) for kind, facts in tea.exceptions()] == [("count_variance", 50, 47)]
    assert approve_variances(by=tea.by, task_ids=[task]) == -3
    assert tea.stock("01-001-1", "TEA") == 47
    assert tea.told()[-1] == ("TEA", -3, 47, 2, "counted")
    assert tea.exceptions() == []
    assert [event.type for event in story(tea.tenant_id, "item", tea.items["TEA"])] == ["count-differed", "count-approved"]
    assert tea.broken_rules() == []
    with pytest.raises(CountStep) as caught:
        approve_variances(by=tea.by, task_ids=[task])
    assert caught.value.how_to_mend == "Nothing is left to approve."


def test_surplus_units_are_found(tea: Floor) -> None:
    assert approve_variances(by=tea.by, task_ids=[counted(tea, "01-001-1", "TEA", 55)]) == 5
    assert approve_variances(by=tea.by, task_ids=[counted(tea, "02-001-1", "TEA", 4)]) == 4
    assert (tea.stock("01-001-1", "TEA"), tea.stock("02-001-1", "TEA"), tea.on_hand("TEA")) == (55, 4, 59)
    assert tea.broken_rules() == []


def test_units_put_away_after_the_count_are_not_counted_away(tea: Floor) -> None:
    task = counted(tea, "01-001-1", "TEA", 48)
    tea.receive("TEA", 10)
    tea.stow("01-001-1")
    approve_variances(by=tea.by, task_ids=[task])
    assert tea.stock("01-001-1", "TEA") == 58


def test_allocated_units_that_are_missing_are_a_conflict_and_nothing_falls_below_zero(tea: Floor) -> None:
    tea.allocate("01-001-1", "TEA", 45)
    task = counted(tea, "01-001-1", "TEA", 30)
    assert approve_variances(by=tea.by, task_ids=[task]) == -5
    assert (tea.stock("01-001-1", "TEA"), tea.stock("01-001-1", "TEA", "allocated")) == (0, 45)
    ((kind, facts),) = tea.exceptions()
    assert (kind, facts["unposted"], facts["why"]) == ("conflict", 15, "the rest is allocated to orders")
    assert tea.broken_rules(besides=ALLOCATED_BY_HAND) == []


def test_the_manager_may_have_it_counted_again(tea: Floor) -> None:
    task = counted(tea, "01-001-1", "TEA", 5)
    (again,) = recount(by=tea.by, task_ids=[task])
    assert again != task
    assert tea.exceptions() == []
    assert count_locations(by=tea.by, counts=[Count(again, 50)]) == []
    with unit_of_work(tea.tenant_id):
        assert variances(tea.tenant_id, tea.node_id) == []


def test_of_several_lots_the_one_that_expires_first_is_missed_first(floor: Floor) -> None:
    floor.item("MILK", tracks_lots=True)
    floor.receive("MILK", 6, lot="LATE", expires_on=date(2026, 9, 1))
    floor.receive("MILK", 6, lot="SOON", expires_on=date(2026, 6, 1))
    floor.stow("01-001-1")
    approve_variances(by=floor.by, task_ids=[counted(floor, "01-001-1", "MILK", 4)])
    left = (
        "SELECT l.lot_number FROM ledger_account a JOIN ledger_lot l ON l.id = a.lot_id WHERE a.tenant_id = %s AND a.balance = 4"
    )
    assert floor.value(left) == "LATE"
    assert approve_variances(by=floor.by, task_ids=[counted(floor, "01-001-1", "MILK", 6)]) == 2
    assert floor.on_hand("MILK") == 6
    assert floor.broken_rules() == []


def test_found_units_of_an_unknown_lot_or_serial_are_left_to_a_person(floor: Floor) -> None:
    floor.item("MILK", tracks_lots=True)
    floor.item("PHONE", tracks_serials=True)
    for serial in ("S1", "S2"):
        floor.receive("PHONE", 1, serial=serial)
    floor.stow("01-001-1")
    tasks = [
        counted(floor, "01-001-1", "MILK", 3),
        counted(floor, "01-001-1", "PHONE", 3),
    ]
    assert approve_variances(by=floor.by, task_ids=tasks) == 0
    one_gone = counted(floor, "01-001-1", "PHONE", 1)
    assert approve_variances(by=floor.by, task_ids=[one_gone]) == 0
    assert [facts["why"] for _, facts in floor.exceptions()] == [
        "nobody knows of which lot they are",
        "nobody read the serials",
        "nobody knows which serial is gone",
    ]
    assert approve_variances(by=floor.by, task_ids=[counted(floor, "01-001-1", "PHONE", 0)]) == -2
    assert floor.broken_rules() == []
