from __future__ import annotations

import pytest

from orderhouse.contract.messages import CancelRelease
from orderhouse.wms.outbound.cancel_releases import cancel_releases
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, counted
from orderhouse.wms.packing.open_parcels import open_parcels
from orderhouse.wms.packing.pack_units import PackedUnits, pack_units
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.shipping.void_labels import void_labels


def test_a_waiting_release_is_cancelled_at_once(shop: ShippingFloor) -> None:
    shop.item("MUG")
    shop.release("R1", ("MUG", 3))
    shop.cancel("R1")
    assert shop.said("R1")[-1] == ("ReleaseCancelled", [(1, 3)])
    assert (shop.out("R1").state, shop.counts("R1")) == ("cancelled", {"cancelled": 3})
    assert shop.wave() is None


def test_an_allocated_release_is_recalled_and_its_stock_is_free_at_once(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.cancel("R1")
    assert shop.said("R1")[-1] == ("ReleaseCancelled", [(1, 3)])
    assert (shop.stock("01-001-1", "MUG"), shop.stock("01-001-1", "MUG", "allocated")) == (5, 0)
    assert (shop.out("R1").state, shop.tour_ids()) == ("cancelled", [])
    shop.cancel("R1")
    assert [kind for kind, _ in shop.said("R1")].count("ReleaseCancelled") == 1


def test_fewer_units_shrink_the_task(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 4))
    shop.wave()
    shop.cancel("R1", (1, 1))
    assert [stop.quantity for stop in shop.stops()] == [3]
    shop.pick()
    assert (shop.out("R1").state, shop.counts("R1")) == ("picked", {"picked": 3, "cancelled": 1})


def test_a_picked_release_stops_at_the_next_scan_and_is_put_back(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.keep("TEE", ("02-001-1", 5))
    shop.release("R1", ("MUG", 3), ("TEE", 1))
    shop.wave()
    shop.start()
    first, second = shop.stops()
    tote = shop.tote("T-1")
    confirm_picks(by=shop.by, picks=[PickDone(first.task_id, first.quantity, tote)])
    shop.cancel("R1")
    assert shop.said("R1")[-1] == ("ReleaseCancelled", [(2, 1)] if first.sku == "MUG" else [(1, 3)])
    with pytest.raises(OutboundCancelled, match="Stop: order O-R1"):
        confirm_picks(by=shop.by, picks=[PickDone(second.task_id, second.quantity, tote)])
    assert shop.counts("R1", 1 if first.sku == "MUG" else 2) == {"putting_back": first.quantity}
    [task] = shop.tasks()
    assert (task.kind, task.source, task.location) == ("putback", "T-1", first.location)
    assert shop.stock(first.location, first.sku) == 5 - first.quantity
    shop.stow()
    assert shop.said("R1")[-1] == ("ReleaseCancelled", [(1 if first.sku == "MUG" else 2, first.quantity)])
    assert shop.stock(first.location, first.sku) == 5
    assert shop.value("SELECT count(*) FROM wms_handling_unit WHERE tenant_id = %s AND outbound_id IS NOT NULL") == 0
    assert shop.out("R1").state == "cancelled"


def test_a_labelled_parcel_is_unpacked_its_label_voided_and_its_units_put_back(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.pick()
    ids = shop.pack("R1")
    key = print_labels(by=shop.by, parcel_ids=ids).labels[0]
    shop.cancel("R1")
    assert (shop.out("R1").state, shop.counts("R1")) == ("cancelled", {"putting_back": 3})
    assert shop.rows("SELECT state, tracking FROM wms_parcel WHERE tenant_id = %s") == [("voided", "")]
    assert key.tracking
    assert void_labels(by=shop.by) == (1, [])
    assert shop.fleet.voided == {f"{ids[0]}:1"}
    assert void_labels(by=shop.by) == (0, [])
    shop.stow()
    assert shop.counts("R1") == {"cancelled": 3}
    assert shop.stock("01-001-1", "MUG") == shop.on_hand("MUG") == 5


def test_units_taken_out_of_a_labelled_parcel_leave_the_rest_in_the_carton_to_be_packed_and_labelled_again(
    shop: ShippingFloor,
) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.pick()
    ids = shop.pack("R1")
    first = print_labels(by=shop.by, parcel_ids=ids).labels[0].tracking
    shop.cancel("R1", (1, 1))
    assert (shop.out("R1").state, shop.counts("R1")) == ("picked", {"picked": 2, "putting_back": 1})
    carton = shop.value("SELECT sscc FROM wms_parcel WHERE tenant_id = %s")
    carries = "SELECT code FROM wms_handling_unit WHERE tenant_id = %s AND outbound_id IS NOT NULL"
    assert shop.rows(carries) == [(carton,)], "the bench finds it as it finds a tote"
    again = shop.pack("R1", grams=600)
    assert shop.rows(carries) == [(carton,)], "one unit still waits in it for its way back"
    second = print_labels(by=shop.by, parcel_ids=again).labels[0].tracking
    assert first != second
    ship_parcels(by=shop.by, parcel_ids=again)
    assert shop.letters("ShipmentConfirmed")[0]["differences"] == [{"line_number": 1, "quantity": 1, "reason": "cancelled"}]
    shop.stow()
    assert shop.on_hand("MUG") == 3
    assert shop.rows(carries) == []


def test_what_has_left_cannot_be_cancelled(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.pick()
    shop.ship(shop.pack("R1"))
    shop.cancel("R1")
    shop.cancel("R1", (1, 1))
    assert [kind for kind, _ in shop.said("R1")][-2:] == ["CancelRefused", "CancelRefused"]
    assert (shop.out("R1").state, shop.counts("R1")) == ("shipped", {"shipped": 3})


def test_many_cancellations_cost_the_same_statements_as_one(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 60))
    for n in range(14):
        shop.release(f"R{n}", ("MUG", 2))
    shop.wave()
    shop.pick("R0", "R1", "R2", "R3")
    shop.pack("R0", "R1")
    costs = []
    for numbers in (["R0", "R2", "R4"], ["R1", "R3", *(f"R{n}" for n in range(5, 14))]):
        with counted() as statements:
            cancel_releases(by=shop.by, messages=[CancelRelease(number, shop.node, "x") for number in numbers])
        costs.append(len(statements))
    assert costs[1] <= costs[0] + 2 <= 30  # the last of them ends the wave
    assert {shop.out(f"R{n}").state for n in range(14)} == {"cancelled"}


def test_a_cancelled_order_cannot_be_packed(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 1))
    shop.wave()
    shop.pick()
    parcel = open_parcels(by=shop.by, outbound_ids=[shop.id_of("R1")])[0].parcel_id
    line = shop.out("R1").lines[0]
    shop.cancel("R1")
    with pytest.raises(OutboundCancelled):
        pack_units(by=shop.by, units=[PackedUnits(parcel, line.id, 0, 1, shop.tote("T-R1"))])
    assert shop.rows("SELECT state FROM wms_parcel WHERE tenant_id = %s") == [("voided",)]


def test_units_on_their_way_back_are_neither_packed_nor_sent_back_twice(shop: ShippingFloor) -> None:
    shop.item("JAM", tracks_lots=True)
    for lot, units, code in (("L1", 2, "01-001-1"), ("L2", 2, "01-002-1")):
        shop.receive("JAM", units, lot=lot)
        shop.stow(code)
    shop.release("R1", ("JAM", 4))
    shop.wave()
    shop.pick()
    for units in (1, 2):
        shop.cancel("R1", (1, units))
    back = {(task.lot_number, task.location): 0 for task in shop.tasks()}
    for task in shop.tasks():
        back[task.lot_number, task.location] += task.quantity
    assert sorted(back.values()) == [1, 2]
    assert set(back) == {("L1", "01-001-1"), ("L2", "01-002-1")}
    shop.ship(shop.pack("R1"))
    shop.stow("01-001-1")
    assert shop.counts("R1") == {"shipped": 1, "cancelled": 3}
    assert shop.value("SELECT count(*) FROM wms_handling_unit WHERE tenant_id = %s AND outbound_id IS NOT NULL") == 0
