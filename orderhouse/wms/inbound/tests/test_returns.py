from __future__ import annotations

import pytest

from orderhouse.contract.messages import ExpectedLine, ExpectReturn
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.ledger.rules import InsufficientStock
from orderhouse.wms.inbound.close_receipt import NotGradedYet, close_receipt
from orderhouse.wms.inbound.expect_returns import expect_returns
from orderhouse.wms.inbound.grade_returned import Grade, grade_returned
from orderhouse.wms.inbound.queries import receipt_by_number
from orderhouse.wms.inbound.receive_goods import Received, receive_goods
from orderhouse.wms.inbound.receive_returned import Returned, receive_returned
from orderhouse.wms.inbound.rules import LotMissing, MoreThanReturned, ReceiptStep, WrongKindOfReceipt
from orderhouse.wms.stock.tests.floor import Floor


def coming_back(floor: Floor, *lines: tuple[str, int]) -> int:
    expected = tuple(ExpectedLine(n, sku, floor.owner, quantity) for n, (sku, quantity) in enumerate(lines, 1))
    for sku, _ in lines:
        floor.item(sku)
    expect_returns(by=floor.by, messages=[ExpectReturn("RMA-1", "BER", "1001", expected)])
    with unit_of_work(floor.tenant_id):
        return receipt_by_number(floor.tenant_id, floor.node_id, "RMA-1").id


def test_returned_units_are_nobodys_stock_until_they_are_graded(floor: Floor) -> None:
    receipt = coming_back(floor, ("TEA", 5), ("JAM", 2))
    receive_returned(by=floor.by, receipt_id=receipt, lines=[Returned(1, 4), Returned(None, 1, scanned="a shoe")])
    assert floor.stock("DOCK-01", "TEA", "returned_ungraded") == 4
    assert floor.told() == []
    (letter,) = floor.letters("ReturnReceived")
    assert [(line["line_number"], line["quantity"]) for line in letter["lines"]] == [(1, 4)]
    assert [(kind, facts["scanned"]) for kind, facts in floor.exceptions()] == [("unknown", "a shoe")]
    assert floor.broken_rules() == []


def test_each_disposition_sends_units_where_it_says(floor: Floor) -> None:
    receipt = coming_back(floor, ("TEA", 15))
    receive_returned(by=floor.by, receipt_id=receipt, lines=[Returned(1, 15)])
    dispositions = {"restock": 5, "quarantine": 4, "scrap": 3, "refurbish": 2, "back_to_supplier": 1}
    tasks = grade_returned(
        by=floor.by, receipt_id=receipt, grades=[Grade(1, units, name) for name, units in dispositions.items()]
    )
    standing = {s: floor.stock("DOCK-01", "TEA", s) for s in ("good", "quarantine", "hold", "returned_ungraded")}
    assert standing == {"good": 5, "quarantine": 4, "hold": 2, "returned_ungraded": 0}
    outside = "SELECT balance FROM ledger_account WHERE tenant_id = %s AND state = %s AND book = 'physical'"
    assert [floor.value(outside, state) for state in ("customer", "scrapped", "supplier")] == [-15, 3, 1]
    assert floor.told() == [("TEA", 5, 5, 1, "returned")]
    (letter,) = floor.letters("ReturnGraded")
    assert {line["reason"]: line["quantity"] for line in letter["lines"]} == dispositions
    assert [task.id for task in floor.tasks()] == tasks
    floor.stow("01-001-1")
    assert floor.stock("01-001-1", "TEA") == 5
    close_receipt(by=floor.by, receipt_id=receipt)
    assert floor.letters("ReceiptConfirmed") == []
    assert floor.broken_rules() == []


def test_no_more_is_graded_than_came_back(floor: Floor) -> None:
    receipt = coming_back(floor, ("TEA", 5))
    with pytest.raises(ReceiptStep):
        grade_returned(by=floor.by, receipt_id=receipt, grades=[Grade(1, 1, "restock")])
    receive_returned(by=floor.by, receipt_id=receipt, lines=[Returned(1, 2)])
    with pytest.raises(MoreThanReturned, match="3 units of line 1 were graded, but only 2 wait"):
        grade_returned(by=floor.by, receipt_id=receipt, grades=[Grade(1, 3, "restock")])
    with pytest.raises(InvalidInput, match="'keep' is none"):
        grade_returned(by=floor.by, receipt_id=receipt, grades=[Grade(1, 1, "keep")])
    with pytest.raises(NotGradedYet, match="2 units of TEA of return RMA-1 are not graded"):
        close_receipt(by=floor.by, receipt_id=receipt)
    assert floor.on_hand("TEA") == 0


def test_a_return_of_a_lot_names_the_lot(floor: Floor) -> None:
    floor.item("YEAST", tracks_lots=True)
    receipt = coming_back(floor, ("YEAST", 2))
    with pytest.raises(LotMissing):
        receive_returned(by=floor.by, receipt_id=receipt, lines=[Returned(1, 2)])
    receive_returned(by=floor.by, receipt_id=receipt, lines=[Returned(1, 2, lot_number="L1")])
    with pytest.raises(InsufficientStock):
        grade_returned(by=floor.by, receipt_id=receipt, grades=[Grade(1, 2, "restock", lot_number="L2")])
    grade_returned(by=floor.by, receipt_id=receipt, grades=[Grade(1, 2, "restock", lot_number="L1")])
    assert floor.on_hand("YEAST") == 2
    assert floor.broken_rules() == []


def test_goods_and_returns_come_in_by_different_doors(floor: Floor) -> None:
    receipt = coming_back(floor, ("TEA", 5))
    with pytest.raises(WrongKindOfReceipt):
        receive_goods(by=floor.by, receipt_id=receipt, goods=[Received(floor.items["TEA"], 1)])
    with pytest.raises(NotFound):
        receive_returned(by=floor.by, receipt_id=receipt, lines=[Returned(7, 1)])
    with pytest.raises(WrongKindOfReceipt):
        receive_returned(by=floor.by, receipt_id=floor.receive("TEA", 1), lines=[Returned(1, 1)])
