from __future__ import annotations

from orderhouse.contract.events import story
from orderhouse.wms.outbound.queries import backlog, parcels
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.shipping.close_manifest import close_manifest
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.waves.queries import tours, waves


def test_the_day_from_release_to_shipped(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 20))
    shop.keep("TEE", ("02-002-1", 5), ("01-004-2", 5))
    shop.release("R1", ("MUG", 2), ("TEE", 7))
    shop.release("R2", ("MUG", 1))
    assert [(b.state, b.orders, b.lines, b.units) for b in backlog(shop.tenant_id, shop.node_id)] == [("accepted", 2, 3, 10)]

    plan = shop.wave()
    assert plan is not None
    assert (plan.orders, plan.lines, plan.units, plan.tours, plan.shorted, plan.waiting) == (2, 3, 10, 1, 0, 0)
    assert 0 < plan.meters <= plan.meters_order_by_order
    assert shop.out("R1").state == "waved"
    assert shop.stock("01-001-1", "MUG", "allocated") == 3

    shop.pick()
    assert (shop.out("R1").state, shop.counts("R1", 2)) == ("picked", {"picked": 7})
    assert [wave.state for wave in waves(shop.tenant_id, shop.node_id)] == ["done"]
    assert tours(shop.tenant_id, node_id=shop.node_id) == []

    ids = shop.pack("R1", "R2")
    assert shop.out("R1").state == "packed"
    assert shop.value("SELECT count(*) FROM wms_handling_unit WHERE tenant_id = %s AND outbound_id IS NOT NULL") == 0
    printed = print_labels(by=shop.by, parcel_ids=ids)
    assert not printed.failed
    manifest = close_manifest(by=shop.by, node_id=shop.node_id, carrier="own_fleet")
    assert (manifest.number, sorted(manifest.parcel_ids)) == ("M00001", sorted(ids))
    ship_parcels(by=shop.by, parcel_ids=ids)

    assert shop.out("R1").state == shop.out("R2").state == "shipped"
    assert (shop.on_hand("MUG"), shop.on_hand("TEE")) == (17, 3)
    assert [line for line in shop.told() if line[4] == "shipped"] == [("MUG", -3, 17, 2, "shipped"), ("TEE", -7, 3, 3, "shipped")]
    said = shop.said("R1")
    assert said == [
        ("ReleaseAccepted", None),
        ("ReleaseProgressed", "waved"),
        ("ReleaseProgressed", "picking"),
        ("ReleaseProgressed", "picked"),
        ("ReleaseProgressed", "packed"),
        ("ShipmentConfirmed", None),
    ]
    shipment = next(letter for letter in shop.letters("ShipmentConfirmed") if letter["release"] == "R1")
    assert (shipment["shipment"], shipment["differences"]) == ("R1-1", [])
    [parcel] = shipment["parcels"]
    assert {(c["line_number"], c["quantity"]) for c in parcel["contents"]} == {(1, 2), (2, 7)}
    assert parcel["tracking"] == parcels(shop.tenant_id, shop.id_of("R1"))[0].tracking
    told = [event.type for event in story(shop.tenant_id, "release", shop.id_of("R1"))]
    assert told == ["release-accepted", "release-waved", "picking-started", "release-picked", "release-packed", "release-shipped"]
    assert backlog(shop.tenant_id, shop.node_id) == []
