from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from orderhouse.contract.events import story
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.wms.inbound.announcements import ReceiptHasArrived
from orderhouse.wms.inbound.arrive_receipt import arrive_receipt
from orderhouse.wms.inbound.close_receipt import close_receipt
from orderhouse.wms.inbound.expect_receipts import expect_receipts
from orderhouse.wms.inbound.queries import receipt_by_number, receipt_lines, receipts
from orderhouse.wms.inbound.receive_goods import Received, receive_goods
from orderhouse.wms.inbound.rules import ExpiryDiffers, LotMissing, ReceiptStep, SerialMissing, SerialTwice
from orderhouse.wms.inbound.start_blind_receipt import start_blind_receipt
from orderhouse.wms.putaway.put_away import Put, put_away
from orderhouse.wms.stock.tests.floor import Floor


def announced(floor: Floor, number: str, *lines: tuple[str, int]) -> int:
    """Expect a receipt of (SKU, quantity) lines; its id."""
    for sku, _ in lines:
        floor.item(sku)
    expected = tuple(ExpectedLine(n, sku, floor.owner, quantity) for n, (sku, quantity) in enumerate(lines, 1))
    message = ExpectReceipt(number, "BER", "Tea & Co", datetime(2026, 3, 4, tzinfo=UTC), expected)
    expect_receipts(by=floor.by, messages=[message])
    with unit_of_work(floor.tenant_id):
        return receipt_by_number(floor.tenant_id, floor.node_id, number).id


def receive(floor: Floor, receipt_id: int, sku: str, quantity: int, **more: Any) -> Any:
    return receive_goods(by=floor.by, receipt_id=receipt_id, goods=[Received(floor.item(sku), quantity, **more)])


def test_good_units_count_at_once_and_damaged_ones_never(floor: Floor) -> None:
    receipt = announced(floor, "ASN-1", ("TEA", 10))
    receive(floor, receipt, "TEA", 8)
    receive(floor, receipt, "TEA", 2, condition="damaged")
    assert (floor.stock("DOCK-01", "TEA"), floor.stock("DOCK-01", "TEA", "damaged")) == (8, 2)
    assert floor.on_hand("TEA") == 8
    assert [(task.quantity, task.source) for task in floor.tasks()] == [(8, "DOCK-01")]
    assert floor.broken_rules() == []


def test_a_closed_receipt_tells_what_came_and_what_went_wrong(floor: Floor) -> None:
    receipt = announced(floor, "ASN-2", ("TEA", 10), ("JAM", 5), ("OIL", 4))
    receive_goods(
        by=floor.by,
        receipt_id=receipt,
        goods=[
            Received(floor.items["TEA"], 12),
            Received(floor.items["JAM"], 3),
            Received(floor.items["OIL"], 3),
            Received(floor.items["OIL"], 1, condition="damaged"),
            Received(floor.item("ICE"), 2),
            Received(None, 6, scanned="9999999999994"),
        ],
    )
    assert [(kind, facts["scanned"]) for kind, facts in floor.exceptions()] == [("unknown", "9999999999994")]
    close_receipt(by=floor.by, receipt_id=receipt)
    assert [(kind, facts.get("sku")) for kind, facts in floor.exceptions()[1:]] == [
        ("over", "TEA"),
        ("short", "JAM"),
        ("damaged", "OIL"),
        ("over", "ICE"),
    ]
    (letter,) = floor.letters("ReceiptConfirmed")
    assert letter["receipt"] == "ASN-2"
    assert {(line["sku"], line["expected"], line["good"], line["damaged"]) for line in letter["lines"]} == {
        ("TEA", 10, 12, 0),
        ("JAM", 5, 3, 0),
        ("OIL", 4, 3, 1),
        ("ICE", 0, 2, 0),
    }
    assert floor.broken_rules() == []


def test_a_receipt_tells_its_story(floor: Floor) -> None:
    receipt = announced(floor, "ASN-3", ("TEA", 1))
    arrive_receipt(by=floor.by, receipt_id=receipt)
    receive(floor, receipt, "TEA", 1)
    floor.stow()
    close_receipt(by=floor.by, receipt_id=receipt)
    assert [event.type for event in story(floor.tenant_id, "receipt", receipt)] == [
        "receipt-announced",
        "receipt-arrived",
        "goods-received",
        "goods-put-away",
        "receipt-closed",
    ]


def test_a_blind_receipt_is_neither_over_nor_short(floor: Floor) -> None:
    started = start_blind_receipt(by=floor.by, node_id=floor.node_id, supplier="Walk-in")
    assert started.number == "R000001"
    receive(floor, started.receipt_id, "TEA", 3)
    assert close_receipt(by=floor.by, receipt_id=started.receipt_id).exceptions == 0
    assert start_blind_receipt(by=floor.by, node_id=floor.node_id).number == "R000002"


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_a_quantity_nobody_could_have_counted_is_refused(floor: Floor, quantity: int) -> None:
    receipt = announced(floor, "ASN-4", ("TEA", 1))
    with pytest.raises(InvalidInput, match="is not 1 to 1,000,000 units"):
        receive(floor, receipt, "TEA", quantity)
    assert floor.told() == []


def test_an_item_kept_by_lot_is_not_received_without_one(floor: Floor) -> None:
    floor.item("YEAST", tracks_lots=True)
    receipt = announced(floor, "ASN-5", ("YEAST", 5))
    with pytest.raises(LotMissing, match="YEAST is kept by lot"):
        receive(floor, receipt, "YEAST", 5)
    receive(floor, receipt, "YEAST", 5, lot_number="L1", expires_on=date(2026, 6, 1))
    with pytest.raises(ExpiryDiffers, match="Lot L1 of YEAST expires on 2026-06-01, not 2026-07-01"):
        receive(floor, receipt, "YEAST", 5, lot_number="L1", expires_on=date(2026, 7, 1))
    assert floor.on_hand("YEAST") == 5


def test_a_serial_comes_in_once_one_unit_at_a_time(floor: Floor) -> None:
    floor.item("PHONE", tracks_serials=True)
    receipt = announced(floor, "ASN-6", ("PHONE", 3))
    with pytest.raises(SerialMissing):
        receive(floor, receipt, "PHONE", 1)
    with pytest.raises(SerialMissing, match="2 units came under serial S1"):
        receive(floor, receipt, "PHONE", 2, serial_number="S1")
    one = Received(floor.items["PHONE"], 1, serial_number="S1")
    with pytest.raises(SerialTwice, match="in this batch"):
        receive_goods(by=floor.by, receipt_id=receipt, goods=[one, one])
    receive_goods(by=floor.by, receipt_id=receipt, goods=[one, one._replace(serial_number="S2")])
    with pytest.raises(SerialTwice, match="at DOCK-01"):
        receive(floor, receipt, "PHONE", 1, serial_number="S2")
    floor.stow()
    with pytest.raises(SerialTwice, match="Serial S1 of PHONE is at 0"):
        receive(floor, receipt, "PHONE", 1, serial_number="S1")
    assert floor.on_hand("PHONE") == 2
    assert floor.broken_rules() == []


def test_lots_and_serials_of_items_that_do_not_track_them_are_left_out(floor: Floor) -> None:
    receipt = announced(floor, "ASN-7", ("TEA", 2))
    receive(floor, receipt, "TEA", 1, lot_number="L1")
    receive(floor, receipt, "TEA", 1, serial_number="S1")
    assert floor.stock("DOCK-01", "TEA") == 2
    assert floor.value("SELECT count(*) FROM ledger_lot WHERE tenant_id = %s") == 0


def test_goods_past_their_date_are_received_as_expired(floor: Floor) -> None:
    floor.item("MILK", tracks_lots=True)
    receipt = announced(floor, "ASN-8", ("MILK", 4))
    done = receive(floor, receipt, "MILK", 4, lot_number="OLD", expires_on=date(2026, 3, 1))
    assert (done.good, done.damaged, done.task_ids) == (0, 4, [])
    assert floor.stock("DOCK-01", "MILK", "expired") == 4
    assert floor.told() == []


def test_goods_fill_the_line_named_then_the_first_that_expects_more(floor: Floor) -> None:
    receipt = announced(floor, "ASN-9", ("TEA", 2), ("JAM", 1), ("TEA", 3))
    receive(floor, receipt, "TEA", 2)
    receive(floor, receipt, "TEA", 1)
    receive(floor, receipt, "TEA", 1, line_number=1)
    with unit_of_work(floor.tenant_id):
        lines = receipt_lines(floor.tenant_id, receipt)
    assert [(line.sku, line.good) for line in lines] == [("TEA", 3), ("JAM", 0), ("TEA", 1)]
    with pytest.raises(InvalidInput, match="line 2 is for another item than TEA"):
        receive(floor, receipt, "TEA", 1, line_number=2)
    with pytest.raises(NotFound):
        receive(floor, receipt, "TEA", 1, line_number=9)


def test_a_closed_receipt_takes_nothing_more(floor: Floor) -> None:
    receipt = announced(floor, "ASN-10", ("TEA", 1))
    with pytest.raises(ReceiptStep, match="is expected; it cannot become closed"):
        close_receipt(by=floor.by, receipt_id=receipt)
    receive(floor, receipt, "TEA", 1)
    close_receipt(by=floor.by, receipt_id=receipt)
    for attempt in (lambda: receive(floor, receipt, "TEA", 1), lambda: close_receipt(by=floor.by, receipt_id=receipt)):
        with pytest.raises(ReceiptStep) as caught:
            attempt()
        assert "finished" in caught.value.how_to_mend
    assert len(floor.letters("ReceiptConfirmed")) == 1
    assert floor.on_hand("TEA") == 1


def test_an_announcement_may_change_until_the_truck_is_here(floor: Floor) -> None:
    first = announced(floor, "ASN-11", ("TEA", 1))
    assert announced(floor, "ASN-11", ("TEA", 4), ("JAM", 2)) == first
    with unit_of_work(floor.tenant_id):
        assert [line.expected for line in receipt_lines(floor.tenant_id, first)] == [4, 2]
        assert [r.number for r in receipts(floor.tenant_id, floor.node_id)] == ["ASN-11"]
    arrive_receipt(by=floor.by, receipt_id=first)
    with pytest.raises(ReceiptHasArrived):
        announced(floor, "ASN-11", ("TEA", 9))


def test_an_unknown_item_or_warehouse_cannot_be_announced(floor: Floor) -> None:
    for node, sku in (("BER", "NOPE"), ("MUC", "TEA")):
        floor.item("TEA")
        line = ExpectedLine(1, sku, floor.owner, 1)
        with pytest.raises(NotFound):
            expect_receipts(by=floor.by, messages=[ExpectReceipt("X", node, "", floor.by.at, (line,))])


def test_a_batch_costs_as_many_statements_as_one_line(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    def statements(number: str, lines: int) -> int:
        from django.db import connection

        skus = [f"{number}-{n}" for n in range(lines)]
        receipt = announced(floor, number, *((sku, 5) for sku in skus))
        counted = []
        real = type(connection.connection).cursor

        def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
            counted.append(1)
            return real(self, *args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(type(connection.connection), "cursor", cursor)
            receive_goods(by=floor.by, receipt_id=receipt, goods=[Received(floor.items[sku], 5) for sku in skus])
            put_away(by=floor.by, puts=[Put(task.id, task.location_id, task.quantity) for task in floor.tasks()])
        return len(counted)

    few, many = statements("FEW", 1), statements("MANY", 40)
    assert many <= few <= 50
