from __future__ import annotations

import pytest

from orderhouse.contract.ports.carrier import CarrierUnavailable
from orderhouse.integrations.carriers.own_fleet.adapter import failing, is_tracking_number, price
from orderhouse.kernel.identifiers import sscc
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.packing.close_parcels import Closing, close_parcels
from orderhouse.wms.packing.unpack_parcels import unpack_parcels
from orderhouse.wms.shipping.close_manifest import close_manifest
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.queries import label_zpl, parcels_to_ship
from orderhouse.wms.shipping.refusals import AlreadyShipped, NothingToManifest, ParcelNotLabelled, ParcelNotPacked
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.shipping.void_labels import void_labels


def packed(shop: ShippingFloor, *numbers: str) -> list[int]:
    """Orders of one MUG each, packed."""
    shop.keep("MUG", ("01-001-1", 20))
    for number in numbers:
        shop.release(number, ("MUG", 1))
    shop.wave()
    shop.pick()
    return shop.pack(*numbers)


def test_a_lost_answer_buys_no_second_label(shop: ShippingFloor) -> None:
    [parcel] = packed(shop, "R1")
    shop.fleet.after = failing(1, "connection reset after the request was sent")
    first = print_labels(by=shop.by, parcel_ids=[parcel])
    assert first.labels == ()
    assert "connection reset" in str(first.failed[0])
    assert [row.state for row in parcels_to_ship(shop.tenant_id, shop.node_id)] == ["packed"]
    again = print_labels(by=shop.by, parcel_ids=[parcel])
    once_more = print_labels(by=shop.by, parcel_ids=[parcel])
    assert again == once_more
    assert shop.fleet.bought == {f"{parcel}:1": price("standard", 900)}
    assert shop.value("SELECT count(*) FROM wms_label WHERE tenant_id = %s") == 1
    [row] = parcels_to_ship(shop.tenant_id, shop.node_id)
    assert row.state == "labelled"
    assert is_tracking_number(row.tracking)
    assert sscc(row.sscc) in again.labels[0].zpl
    assert label_zpl(shop.tenant_id, parcel) == again.labels[0].zpl


def test_one_failing_label_does_not_hold_up_the_others(shop: ShippingFloor) -> None:
    ids = packed(shop, "R1", "R2", "R3")

    def second_fails(key: str) -> None:
        if key.startswith(str(ids[1])):
            raise CarrierUnavailable(carrier="own_fleet", why="busy")

    shop.fleet.before = second_fails
    printed = print_labels(by=shop.by, parcel_ids=ids)
    assert ([label.parcel_id for label in printed.labels], len(printed.failed)) == ([ids[0], ids[2]], 1)
    with pytest.raises(ParcelNotLabelled, match="is packed, without a label"):
        ship_parcels(by=shop.by, parcel_ids=ids)
    assert shop.out("R1").state == "packed"
    shop.release("R4", ("MUG", 1), carrier="nobody")
    shop.wave()
    shop.pick()
    assert "no carrier nobody" in str(print_labels(by=shop.by, parcel_ids=shop.pack("R4")).failed[0])


def test_a_voided_label_makes_a_new_attempt(shop: ShippingFloor) -> None:
    [parcel] = packed(shop, "R1")
    first = print_labels(by=shop.by, parcel_ids=[parcel]).labels[0]
    assert void_labels(by=shop.by, parcel_ids=[parcel]) == (1, [])
    assert label_zpl(shop.tenant_id, parcel) is None
    second = print_labels(by=shop.by, parcel_ids=[parcel]).labels[0]
    assert first.tracking != second.tracking
    assert sorted(shop.fleet.bought) == [f"{parcel}:1", f"{parcel}:2"]
    assert shop.fleet.voided == {f"{parcel}:1"}


def test_a_label_bought_while_the_parcel_was_opened_is_given_back(shop: ShippingFloor) -> None:
    [parcel] = packed(shop, "R1")
    shop.fleet.after = lambda key: unpack_parcels(by=shop.by, parcel_ids=[parcel])
    print_labels(by=shop.by, parcel_ids=[parcel])
    assert shop.rows("SELECT state, tracking FROM wms_parcel WHERE tenant_id = %s") == [("voided", "")]
    shop.fleet.after = None
    assert void_labels(by=shop.by) == (1, [])
    assert shop.fleet.voided == {f"{parcel}:1"}


def test_a_carrier_that_does_not_take_a_label_back_is_asked_again(shop: ShippingFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    [parcel] = packed(shop, "R1")
    print_labels(by=shop.by, parcel_ids=[parcel])
    refuse = failing(1)
    void = shop.fleet.void_label
    monkeypatch.setattr(type(shop.fleet), "void_label", lambda self, key, tracking: (refuse(key), void(key, tracking))[1])
    done, failed = void_labels(by=shop.by, parcel_ids=[parcel])
    assert (done, len(failed)) == (0, 1)
    assert void_labels(by=shop.by) == (1, [])


def test_only_labelled_parcels_of_the_carrier_are_handed_over_and_none_leaves_twice(shop: ShippingFloor) -> None:
    ids = packed(shop, "R1", "R2")
    with pytest.raises(NothingToManifest):
        close_manifest(by=shop.by, node_id=shop.node_id, carrier="own_fleet")
    print_labels(by=shop.by, parcel_ids=ids[:1])
    assert close_manifest(by=shop.by, node_id=shop.node_id, carrier="own_fleet").parcel_ids == (ids[0],)
    ship_parcels(by=shop.by, parcel_ids=ids[:1])
    with pytest.raises(AlreadyShipped):
        ship_parcels(by=shop.by, parcel_ids=ids[:1])
    with pytest.raises(AlreadyShipped):
        print_labels(by=shop.by, parcel_ids=ids[:1])
    with pytest.raises(AlreadyShipped):
        void_labels(by=shop.by, parcel_ids=ids[:1])


def test_an_open_parcel_gets_no_label(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 20))
    shop.release("R1", ("MUG", 1))
    shop.wave()
    shop.pick()
    [parcel] = shop.pack("R1", close=False)
    with pytest.raises(ParcelNotPacked):
        print_labels(by=shop.by, parcel_ids=[parcel])
    close_parcels(by=shop.by, parcels=[Closing(parcel, 400)])
    assert print_labels(by=shop.by, parcel_ids=[parcel]).labels[0].cost_minor == price("standard", 400)


def test_lots_and_serials_are_told_with_the_shipment(shop: ShippingFloor) -> None:
    shop.item("CAM", tracks_serials=True)
    shop.item("JAM", tracks_lots=True)
    for serial in ("S1", "S2"):
        shop.receive("CAM", 1, serial=serial)
    shop.receive("JAM", 4, lot="L1")
    shop.stow()
    shop.release("R1", ("CAM", 2), ("JAM", 3))
    shop.wave()
    shop.pick()
    shop.ship(shop.pack("R1"))
    [parcel] = shop.letters("ShipmentConfirmed")[0]["parcels"]
    told = sorted((c["line_number"], c["quantity"], c["lot_number"], c["serial_number"]) for c in parcel["contents"])
    assert told == [(1, 1, "", "S1"), (1, 1, "", "S2"), (2, 3, "L1", "")]
