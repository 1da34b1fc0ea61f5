"""The pace of a cut-off, and what somebody pastes: pure rules of the manager's pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from orderhouse.console.wms.pace import Left, cutoffs
from orderhouse.console.wms.pasted import read_lines

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def left(hours: float, orders: int, stage: str = "accepted", carrier: str = "DHL") -> Left:
    return Left(NOON + timedelta(hours=hours), carrier, "standard", stage, orders, orders, orders)


def test_a_later_cut_off_waits_for_the_orders_of_the_earlier_ones() -> None:
    first, second = cutoffs([left(2, 10), left(4, 10, carrier="UPS")], now=NOON, packed_last_hour=5)
    assert (first.ahead, first.needed, first.finish, first.verdict) == (10, 5.0, NOON + timedelta(hours=2), "good")
    assert (second.ahead, second.needed, second.finish, second.verdict) == (20, 5.0, NOON + timedelta(hours=4), "good")
    slower = cutoffs([left(2, 10), left(4, 10)], now=NOON, packed_last_hour=4)
    assert [each.verdict for each in slower] == ["risk", "risk"]


def test_what_is_packed_needs_no_pace_until_the_last_stretch() -> None:
    (packed,) = cutoffs([left(1, 7, "labelled")], now=NOON, packed_last_hour=0)
    assert (packed.orders, packed.ahead, packed.verdict) == (7, 0, "good")
    (close,) = cutoffs([left(0.2, 7, "labelled")], now=NOON, packed_last_hour=0)
    assert close.verdict == "risk"


def test_nobody_packing_is_a_risk_only_when_the_cut_off_is_near() -> None:
    assert [each.verdict for each in cutoffs([left(-1, 1), left(1, 1), left(9, 1)], now=NOON, packed_last_hour=0)] == [
        "late",
        "risk",
        "idle",
    ]


def test_stages_of_one_cut_off_are_added_up_and_carriers_kept_apart() -> None:
    found = cutoffs([left(2, 3), left(2, 4, "packed"), left(2, 5, carrier="UPS")], now=NOON, packed_last_hour=9)
    assert [(each.carrier, each.orders, each.stages, each.ahead) for each in found] == [
        ("DHL", 7, {"accepted": 3, "packed": 4}, 8),
        ("UPS", 5, {"accepted": 5}, 8),
    ]


def test_pasted_lines_are_read_from_spreadsheets_and_from_people() -> None:
    rows, faults = read_lines('SKU\tunits\nTEA\t4\n"JAM; big";2\n\nCUP , 3')
    assert [(row.row, row.sku, row.quantity) for row in rows] == [(2, "TEA", 4), (3, "JAM; big", 2), (5, "CUP", 3)]
    assert faults == []


def test_each_fault_names_its_row_and_column() -> None:
    _, faults = read_lines("TEA,0\n,4\nTEA\nTEA,1.5\n" + "x" * 65 + ",1")
    assert [(fault.row, fault.column) for fault in faults] == [
        (1, "quantity"),
        (2, "SKU"),
        (3, "quantity"),
        (4, "quantity"),
        (5, "SKU"),
    ]
