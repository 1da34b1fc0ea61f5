from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from orderhouse.contract.events import story
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.putaway.put_away import BinIsFull, MoreThanTheTask, NoSuchBin, Put, TaskIsClosed, put_away
from orderhouse.wms.putaway.store import NewTask, insert_tasks
from orderhouse.wms.stock.tests.floor import Floor


def test_goods_go_where_they_are_sent_and_the_told_stock_stays(floor: Floor) -> None:
    floor.receive("TEA", 30)
    (task,) = floor.tasks()
    floor.stow()
    assert (floor.stock("DOCK-01", "TEA"), floor.stock(task.location, "TEA")) == (0, 30)
    assert floor.tasks() == []
    assert floor.on_hand("TEA") == 30
    assert len(floor.told()) == 1
    assert floor.broken_rules() == []


def test_more_goods_of_a_kind_are_sent_to_the_bin_that_has_them(floor: Floor) -> None:
    floor.receive("TEA", 30)
    floor.stow("02-006-1")
    floor.receive("TEA", 30)
    floor.receive("JAM", 30)
    tea, jam = sorted(floor.tasks(), key=lambda task: task.sku, reverse=True)
    assert tea.location == "02-006-1"
    assert jam.location != "02-006-1"


def test_a_pallet_too_big_for_one_bin_becomes_several_tasks(floor: Floor) -> None:
    floor.receive("TEA", 250)
    assert sorted(task.quantity for task in floor.tasks()) == [50, 100, 100]
    assert len({task.location for task in floor.tasks()}) == 3
    floor.stow()
    assert floor.broken_rules() == []


def test_room_promised_to_one_truck_is_not_promised_to_the_next(floor: Floor) -> None:
    floor.receive("TEA", 90)
    floor.receive("TEA", 90)
    room: dict[str, int] = {}
    for task in floor.tasks():
        room[task.location] = room.get(task.location, 0) + task.quantity
    assert max(room.values()) <= 100
    floor.stow()


def test_a_task_may_be_done_in_several_goes_and_bins(floor: Floor) -> None:
    receipt = floor.receive("TEA", 30)
    (task,) = floor.tasks()
    one, other = floor.bin("01-001-1"), floor.bin("02-001-1")
    put_away(by=floor.by, puts=[Put(task.id, one.id, 10), Put(task.id, other.id, 5)])
    assert [left.quantity for left in floor.tasks()] == [15]
    with pytest.raises(MoreThanTheTask, match="16 units of TEA were put away, but only 15 are left"):
        put_away(by=floor.by, puts=[Put(task.id, one.id, 16)])
    put_away(by=floor.by, puts=[Put(task.id, one.id, 15)])
    assert (floor.stock("01-001-1", "TEA"), floor.stock("02-001-1", "TEA")) == (25, 5)
    told = [event.facts["puts"] for event in story(floor.tenant_id, "receipt", receipt) if event.type == "goods-put-away"]
    assert [put["quantity"] for puts in told for put in puts] == [10, 5, 15]


def test_a_full_bin_is_named_with_the_room_it_has(floor: Floor) -> None:
    floor.receive("TEA", 80)
    floor.stow("01-001-1")
    floor.receive("JAM", 30)
    (task,) = floor.tasks()
    full = floor.bin("01-001-1").id
    with pytest.raises(BinIsFull, match="Bin 01-001-1 has room for 20 more units of JAM, not 30") as caught:
        put_away(by=floor.by, puts=[Put(task.id, full, 30)])
    assert caught.value.how_to_mend.startswith("Put 20 here")
    put_away(by=floor.by, puts=[Put(task.id, full, 20)])
    assert floor.stock("01-001-1", "JAM") == 20


def test_a_bin_is_not_loaded_beyond_its_weight(floor: Floor) -> None:
    floor.item("ANVIL", weight_grams=12_000)
    floor.receive("ANVIL", 6)
    assert max(task.quantity for task in floor.tasks()) == 4
    place = floor.bin("01-001-1").id
    few, many = sorted(floor.tasks(), key=lambda task: task.quantity)
    put_away(by=floor.by, puts=[Put(few.id, place, 2)])
    with pytest.raises(BinIsFull, match="room for 2 more units of ANVIL, not 4"):
        put_away(by=floor.by, puts=[Put(many.id, place, 4)])


def test_goods_go_into_open_bins_of_this_building_only(floor: Floor) -> None:
    floor.receive("TEA", 10)
    (task,) = floor.tasks()
    with pytest.raises(NoSuchBin, match="PACK-01 is a pack bench, not a bin"):
        put_away(by=floor.by, puts=[Put(task.id, floor.bin("PACK-01").id, 10)])
    floor_two = make_layout(aisles=1, blocks=2, bins_per_side=3, levels=2, docks=2)
    import_layout(by=floor.by, node_code="BER", text=floor_two)
    with pytest.raises(NoSuchBin, match="02-001-1 is out of use"):
        put_away(by=floor.by, puts=[Put(task.id, floor.bin("02-001-1").id, 10)])
    with pytest.raises(NotFound):
        put_away(by=floor.by, puts=[Put(task.id, 1, 10)])
    with pytest.raises(NotFound):
        put_away(by=floor.by, puts=[Put(1, task.location_id, 10)])


def put_away_at_once(floor: Floor, put: Put, *badges: str) -> list[Refusal | str]:
    """Each badge puts the same goods away, all at the same moment: the badge where it worked, else its refusal."""
    start = Barrier(len(badges), timeout=20)

    def attempt(badge: str) -> Refusal | str:
        answer: Refusal | str = badge
        try:
            start.wait()
            put_away(by=By(floor.tenant_id, badge, floor.by.at), puts=[put])
        except Refusal as refusal:
            answer = refusal
        finally:
            connection.close()
        return answer

    with ThreadPoolExecutor(len(badges)) as hands:
        return list(hands.map(attempt, badges))


def test_two_hands_on_one_task_put_it_away_once_and_the_other_is_told_by_whom(floor: Floor) -> None:
    for at in range(1, 6):
        floor.receive(f"TEA-{at}", 10)
        (task,) = floor.tasks()
        answers = put_away_at_once(floor, Put(task.id, task.location_id, 10), "Ann", "Bob")
        (winner,) = [answer for answer in answers if isinstance(answer, str)]
        (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
        assert isinstance(refusal, TaskIsClosed)
        assert f"done already (by {winner})" in str(refusal)
        assert floor.stock(task.location, f"TEA-{at}") == 10
    assert floor.broken_rules() == []


def test_two_trucks_racing_for_the_last_room_never_overfill_a_bin(floor: Floor) -> None:
    tea, jam = (floor.item(sku) for sku in ("TEA", "JAM"))
    for code in ("01-001-1", "01-002-1", "01-003-1", "01-004-1", "02-001-1", "02-002-1", "02-003-1", "02-004-1"):
        for sku in ("TEA", "JAM"):
            floor.receive(sku, 60)
        with unit_of_work(floor.tenant_id):
            execute("DELETE FROM wms_putaway_task WHERE tenant_id = %s", (floor.tenant_id,))
            place = floor.bin(code).id
            tasks = [NewTask(item_id, floor.owner_id, 0, 60, floor.bin("DOCK-01").id, place) for item_id in (tea, jam)]
            racing = insert_tasks(floor.by, floor.node_id, "putaway", tasks)
        start = Barrier(2, timeout=20)

        def attempt(task_id: int, place: int = place, start: Barrier = start) -> bool:
            try:
                start.wait()
                put_away(by=floor.by, puts=[Put(task_id, place, 60)])
                return True
            except BinIsFull:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as hands:
            assert sorted(hands.map(attempt, racing)) == [False, True]
        assert floor.stock(code, "TEA") + floor.stock(code, "JAM") == 60


def test_a_full_building_shares_bins_and_what_fits_nowhere_is_refused_only_at_the_bin(floor: Floor) -> None:
    floor.receive("TEA", 4_750)
    floor.stow()
    assert floor.value("SELECT count(DISTINCT place_id) FROM ledger_account WHERE tenant_id = %s AND balance > 0") == 48
    floor.receive("JAM", 60)
    tasks = floor.tasks()
    assert sum(task.quantity for task in tasks) == 60
    with pytest.raises(BinIsFull):
        floor.stow()
    shared = next(task for task in tasks if task.quantity == 50)
    put_away(by=floor.by, puts=[Put(shared.id, shared.location_id, 50)])
    assert floor.stock(shared.location, "JAM") == floor.stock(shared.location, "TEA") == 50
