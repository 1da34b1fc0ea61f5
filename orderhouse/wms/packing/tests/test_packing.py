from __future__ import annotations

import pytest

from orderhouse.kernel.identifiers import sscc
from orderhouse.wms.outbound.queries import parcels
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.packing.close_parcels import Closing, close_parcels
from orderhouse.wms.packing.open_parcels import open_parcels
from orderhouse.wms.packing.pack_units import PackedUnits, pack_units
from orderhouse.wms.packing.queries import units_to_pack
from orderhouse.wms.packing.refusals import EmptyParcel, NothingToPack, NotInTote, ParcelNotOpen, UnitsLeft, WrongItem
from orderhouse.wms.packing.unpack_parcels import unpack_parcels


def picked(shop: ShippingFloor) -> None:
    """R1 (2 MUG, 1 TEE) and R2 (1 MUG) lie in their totes."""
    shop.keep("MUG", ("01-001-1", 9))
    shop.keep("TEE", ("02-001-1", 9))
    shop.release("R1", ("MUG", 2), ("TEE", 1))
    shop.release("R2", ("MUG", 1))
    shop.wave()
    shop.pick()


def test_only_what_lies_in_the_tote_can_be_packed(shop: ShippingFloor) -> None:
    picked(shop)
    [opened] = open_parcels(by=shop.by, outbound_ids=[shop.id_of("R1")])
    assert sscc(opened.sscc) == opened.sscc
    mug, tee = shop.out("R1").lines
    strange = shop.out("R2").lines[0]
    tote = shop.tote("T-R1")
    with pytest.raises(NotInTote, match=r"3 of MUG are more than the 2 picked for order O-R1 in T-R1"):
        pack_units(by=shop.by, units=[PackedUnits(opened.parcel_id, mug.id, 0, 3, tote)])
    with pytest.raises(NotInTote):
        pack_units(by=shop.by, units=[PackedUnits(opened.parcel_id, mug.id, 0, 1, shop.tote("T-R2"))])
    with pytest.raises(WrongItem, match=r"MUG does not belong to order O-R1: expected 2 x MUG, 1 x TEE"):
        pack_units(by=shop.by, units=[PackedUnits(opened.parcel_id, strange.id, 0, 1, tote)])
    pack_units(by=shop.by, units=[PackedUnits(opened.parcel_id, mug.id, 0, 2, tote)])
    with pytest.raises(UnitsLeft, match="1 x TEE still in a tote"):
        close_parcels(by=shop.by, parcels=[Closing(opened.parcel_id, 700)])
    pack_units(by=shop.by, units=[PackedUnits(opened.parcel_id, tee.id, 0, 1, tote)])
    close_parcels(by=shop.by, parcels=[Closing(opened.parcel_id, 700)])
    with pytest.raises(ParcelNotOpen, match="packed"):
        pack_units(by=shop.by, units=[PackedUnits(opened.parcel_id, tee.id, 0, 1, tote)])
    assert (shop.out("R1").state, shop.counts("R1")) == ("packed", {"packed": 2})
    with pytest.raises(NothingToPack):
        open_parcels(by=shop.by, outbound_ids=[shop.id_of("R1")])


def test_an_order_may_fill_two_parcels(shop: ShippingFloor) -> None:
    picked(shop)
    outbound_id = shop.id_of("R1")
    first, second = open_parcels(by=shop.by, outbound_ids=[outbound_id, outbound_id])
    todo = units_to_pack(shop.tenant_id, [outbound_id])
    assert [(u.sku, u.quantity, u.tote) for u in todo] == [("MUG", 2, "T-R1"), ("TEE", 1, "T-R1")]
    pack_units(
        by=shop.by,
        units=[
            PackedUnits(parcel.parcel_id, unit.outbound_line_id, unit.lot_id, unit.quantity, unit.place_id)
            for parcel, unit in zip((first, second), todo, strict=True)
        ],
    )
    close_parcels(by=shop.by, parcels=[Closing(first.parcel_id, 500)])
    assert shop.out("R1").state == "picked"
    close_parcels(by=shop.by, parcels=[Closing(second.parcel_id, 300)])
    assert shop.out("R1").state == "packed"
    shop.ship([first.parcel_id])
    assert shop.out("R1").state == "packed"
    shop.ship([second.parcel_id])
    assert shop.out("R1").state == "shipped"
    assert [letter["shipment"] for letter in shop.letters("ShipmentConfirmed")] == ["R1-1", "R1-2"]


def test_what_is_unpacked_lies_in_the_carton_and_can_be_packed_again(shop: ShippingFloor) -> None:
    picked(shop)
    [parcel] = shop.pack("R1")
    unpack_parcels(by=shop.by, parcel_ids=[parcel])
    assert (shop.out("R1").state, shop.counts("R1")) == ("picked", {"picked": 2})
    assert {unit.place_id for unit in units_to_pack(shop.tenant_id, [shop.id_of("R1")])} == {parcel}
    again = shop.pack("R1")
    shop.ship(again)
    assert [(p.state, p.units) for p in parcels(shop.tenant_id, shop.id_of("R1"))] == [("voided", 0), ("shipped", 3)]


def test_an_empty_parcel_does_not_leave_and_can_be_given_up(shop: ShippingFloor) -> None:
    picked(shop)
    spare = open_parcels(by=shop.by, outbound_ids=[shop.id_of("R1")])[0].parcel_id
    with pytest.raises(EmptyParcel):
        close_parcels(by=shop.by, parcels=[Closing(spare, 100)])
    shop.pack("R1")
    assert shop.out("R1").state == "picked"
    unpack_parcels(by=shop.by, parcel_ids=[spare])
    assert shop.out("R1").state == "packed"


def test_whoever_packs_a_cancelled_order_is_told_so_at_every_step(shop: ShippingFloor) -> None:
    picked(shop)
    [parcel] = shop.pack("R1", close=False)
    [mug, _] = shop.out("R1").lines
    shop.cancel("R1")
    steps = (
        lambda: open_parcels(by=shop.by, outbound_ids=[shop.id_of("R1")]),
        lambda: pack_units(by=shop.by, units=[PackedUnits(parcel, mug.id, 0, 1, shop.tote("T-R1"))]),
        lambda: close_parcels(by=shop.by, parcels=[Closing(parcel, 900)]),
        lambda: unpack_parcels(by=shop.by, parcel_ids=[parcel]),
    )
    for step in steps:
        with pytest.raises(OutboundCancelled, match="O-R1"):
            step()
    assert (shop.out("R1").state, shop.counts("R1")) == ("cancelled", {"putting_back": 2})
    assert [(p.state, p.units) for p in parcels(shop.tenant_id, shop.id_of("R1"))] == [("voided", 0)]


def test_two_lines_of_one_item_fill_up_in_turn(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.release("R1", ("MUG", 2), ("MUG", 1))
    shop.wave()
    shop.pick()
    shop.ship(shop.pack("R1"))
    assert (shop.counts("R1", 1), shop.counts("R1", 2)) == ({"shipped": 2}, {"shipped": 1})
