from __future__ import annotations

from datetime import date

import pytest

from orderhouse.database import unit_of_work
from orderhouse.ledger.lots import LotKey, lot_ids
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock
from orderhouse.wms.stock.expire_lots import expire_lots
from orderhouse.wms.stock.queries import (
    bins_of_item,
    movements,
    open_exceptions,
    stock_by_item,
    stock_in_bin,
    stock_of_lot,
)
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions
from orderhouse.wms.stock.rules import gathered
from orderhouse.wms.stock.set_lot_hold import set_lot_hold
from orderhouse.wms.stock.settle_exceptions import settle_exceptions
from orderhouse.wms.stock.tests.floor import Floor


def lot(floor: Floor, sku: str, number: str) -> int:
    key = LotKey(floor.items[sku], number)
    return lot_ids(by=floor.by, wanted=[key])[key]


def test_every_change_is_told_with_what_it_left_and_its_number(floor: Floor) -> None:
    floor.receive("TEA", 10)
    floor.receive("TEA", 5)
    floor.receive("JAM", 3)
    assert floor.told() == [
        ("TEA", 10, 10, 1, "received"),
        ("TEA", 5, 15, 2, "received"),
        ("JAM", 3, 3, 1, "received"),
    ]


def test_changes_of_one_item_in_one_batch_make_one_letter_numbered_in_turn(floor: Floor) -> None:
    tea, jam = floor.item("TEA"), floor.item("JAM")
    change_node_stock(
        by=floor.by,
        node_id=floor.node_id,
        changes=[
            StockChange(tea, floor.owner_id, 7, "received"),
            StockChange(jam, floor.owner_id, 2, "received"),
            StockChange(tea, floor.owner_id, -3, "lost"),
            StockChange(tea, floor.owner_id, 1, "received"),
        ],
    )
    assert len(floor.letters("InventoryChanged")) == 1
    assert floor.told() == [("TEA", 8, 8, 1, "received"), ("JAM", 2, 2, 1, "received"), ("TEA", -3, 5, 2, "lost")]
    assert floor.on_hand("TEA") == 5


def test_a_change_that_comes_out_even_is_not_told(floor: Floor) -> None:
    tea = floor.item("TEA")
    assert gathered([StockChange(tea, 1, 2, "lost"), StockChange(tea, 1, -2, "lost")]) == []
    change_node_stock(by=floor.by, node_id=floor.node_id, changes=[StockChange(tea, floor.owner_id, 0, "lost")])
    assert floor.told() == []


def test_a_held_lot_leaves_good_stock_where_it_lies_and_comes_back(floor: Floor) -> None:
    floor.item("YEAST", tracks_lots=True)
    floor.receive("YEAST", 10, lot="L1")
    floor.receive("YEAST", 4, lot="L2")
    floor.stow()
    where = next(b.code for b in stock(floor, "YEAST") if b.lot_number == "L1")
    held = lot(floor, "YEAST", "L1")
    assert set_lot_hold(by=floor.by, lot_ids=[held], held=True, reason="metal found") == 10
    assert (floor.stock(where, "YEAST", "good"), floor.stock(where, "YEAST", "hold")) == (0, 10)
    assert floor.on_hand("YEAST") == 4
    assert set_lot_hold(by=floor.by, lot_ids=[held], held=True) == 0
    assert set_lot_hold(by=floor.by, lot_ids=[held], held=False) == 10
    assert floor.told()[-2:] == [("YEAST", -10, 4, 3, "held"), ("YEAST", 10, 14, 4, "freed")]
    assert floor.broken_rules() == []


def test_goods_of_a_held_lot_are_received_on_hold_and_put_away_on_hold(floor: Floor) -> None:
    floor.item("YEAST", tracks_lots=True)
    floor.receive("YEAST", 10, lot="L1")
    set_lot_hold(by=floor.by, lot_ids=[lot(floor, "YEAST", "L1")], held=True)
    floor.receive("YEAST", 5, lot="L1")
    assert floor.on_hand("YEAST") == 0
    floor.stow("01-001-1")
    assert floor.stock("01-001-1", "YEAST", "hold") == 15
    assert set_lot_hold(by=floor.by, lot_ids=[lot(floor, "YEAST", "L1")], held=False) == 15
    assert floor.stock("01-001-1", "YEAST", "good") == 15
    assert floor.broken_rules() == []


def test_stock_past_its_date_expires_in_place_and_not_a_day_sooner(floor: Floor) -> None:
    floor.item("MILK", tracks_lots=True)
    floor.receive("MILK", 6, lot="M1", expires_on=date(2026, 3, 2))
    floor.receive("MILK", 7, lot="M2", expires_on=date(2026, 3, 9))
    floor.stow("01-001-1")
    assert expire_lots(by=floor.by, node_id=floor.node_id) == 0
    floor.later(days=1)
    assert expire_lots(by=floor.by, node_id=floor.node_id) == 6
    assert expire_lots(by=floor.by, node_id=floor.node_id) == 0
    assert (floor.stock("01-001-1", "MILK"), floor.stock("01-001-1", "MILK", "expired")) == (7, 6)
    assert floor.told()[-1] == ("MILK", -6, 7, 3, "held")
    assert floor.broken_rules() == []


def test_goods_that_expire_on_the_dock_can_still_be_put_away(floor: Floor) -> None:
    floor.item("MILK", tracks_lots=True)
    floor.receive("MILK", 6, lot="M1", expires_on=date(2026, 3, 2))
    floor.later(days=2)
    expire_lots(by=floor.by, node_id=floor.node_id)
    floor.stow("01-001-1")
    assert floor.stock("01-001-1", "MILK", "expired") == 6


def stock(floor: Floor, sku: str) -> list:
    with unit_of_work(floor.tenant_id):
        return bins_of_item(floor.tenant_id, floor.node_id, floor.items[sku])


def test_stock_is_found_by_item_bin_and_lot(floor: Floor) -> None:
    floor.item("YEAST", tracks_lots=True)
    floor.receive("YEAST", 10, lot="L1", expires_on=date(2026, 9, 1))
    floor.receive("TEA", 8)
    floor.receive("TEA", 2, condition="damaged")
    floor.stow("01-002-1")
    floor.allocate("01-002-1", "TEA", 3)
    with unit_of_work(floor.tenant_id):
        tea, yeast = stock_by_item(floor.tenant_id, floor.node_id)
        assert (tea.sku, tea.good, tea.allocated, tea.damaged, tea.on_hand) == ("TEA", 5, 3, 2, 8)
        assert (yeast.sku, yeast.on_hand) == ("YEAST", 10)
        assert [row.sku for row in stock_by_item(floor.tenant_id, floor.node_id, after_sku="TEA")] == ["YEAST"]
        lying = stock_in_bin(floor.tenant_id, floor.bin("01-002-1").id)
        assert [(row.sku, row.lot_number, row.state, row.quantity) for row in lying] == [
            ("TEA", "", "allocated", 3),
            ("TEA", "", "good", 5),
            ("YEAST", "L1", "good", 10),
        ]
        assert lying[-1].expires_on == date(2026, 9, 1)
        assert [row.quantity for row in stock_of_lot(floor.tenant_id, lot(floor, "YEAST", "L1"))] == [10]
    (place,) = [row for row in stock(floor, "TEA") if row.kind == "bin"]
    assert (place.code, place.good, place.allocated, place.other) == ("01-002-1", 5, 3, 0)


def test_history_is_read_page_by_page_with_the_names_people_know(floor: Floor) -> None:
    for quantity in (1, 2, 3):
        floor.receive("TEA", quantity)
    floor.stow("01-001-2")
    with unit_of_work(floor.tenant_id):
        first = movements(floor.tenant_id, item_id=floor.items["TEA"], limit=4)
        rest = movements(floor.tenant_id, item_id=floor.items["TEA"], before=first[-1].id, limit=4)
        at_bin = movements(floor.tenant_id, place_id=floor.bin("01-001-2").id)
        elsewhere = movements(floor.tenant_id, node_id=floor.node_id + 1)
    assert (len(first), len(rest)) == (4, 2)
    assert {(row.from_place, row.to_place) for row in first[:3]} == {("DOCK-01", "01-001-2")}
    assert [(row.from_state, row.from_place, row.to_place, row.quantity) for row in rest] == [
        ("supplier", "", "DOCK-01", 2),
        ("supplier", "", "DOCK-01", 1),
    ]
    assert sorted(row.quantity for row in at_bin) == [1, 2, 3]
    assert elsewhere == []


def test_an_exception_stays_open_until_somebody_settles_it(floor: Floor) -> None:
    (raised,) = raise_exceptions(
        by=floor.by, node_id=floor.node_id, exceptions=[Raised("conflict", "count_task", 7, {"why": "test"})]
    )
    with unit_of_work(floor.tenant_id):
        assert [e.id for e in open_exceptions(floor.tenant_id, floor.node_id)] == [raised]
    assert settle_exceptions(by=floor.by, ids=[raised]) == 1
    assert settle_exceptions(by=floor.by, ids=[raised]) == 0
    assert floor.exceptions() == []


@pytest.mark.parametrize("held", [True, False])
def test_holding_nothing_changes_nothing(floor: Floor, held: bool) -> None:
    assert set_lot_hold(by=floor.by, lot_ids=[123], held=held) == 0
