from __future__ import annotations

from orderhouse.ledger.lots import LotKey, lot_ids
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.stock.set_lot_hold import set_lot_hold


def lot(shop: ShippingFloor, sku: str, number: str) -> int:
    key = LotKey(shop.items[sku], number)
    return lot_ids(by=shop.by, wanted=[key])[key]


def test_a_held_lot_is_called_back_from_pickers_and_its_order_is_served_from_another(shop: ShippingFloor) -> None:
    shop.keep("YEAST", ("01-001-1", 10), tracks_lots=True, lot="L1")
    shop.release("R1", ("YEAST", 4))
    shop.wave()
    assert [stop.quantity for stop in shop.stops()] == [4]
    assert set_lot_hold(by=shop.by, lot_ids=[lot(shop, "YEAST", "L1")], held=True) == 10
    assert (shop.stock("01-001-1", "YEAST", "hold"), shop.stock("01-001-1", "YEAST", "allocated")) == (10, 0)
    assert (shop.stops(), shop.out("R1").state, shop.counts("R1")) == ([], "accepted", {"waiting": 4})
    assert shop.told()[-1] == ("YEAST", -10, 0, 2, "held")
    assert shop.broken_rules() == []
    shop.keep("YEAST", ("02-001-1", 10), lot="L2")
    shop.wave()
    shop.pick()
    assert shop.counts("R1") == {"picked": 4}
    assert shop.stock("02-001-1", "YEAST") == 6
    assert shop.broken_rules() == []


def test_what_a_picker_already_took_stays_with_its_order(shop: ShippingFloor) -> None:
    shop.keep("YEAST", ("01-001-1", 10), tracks_lots=True, lot="L1")
    shop.release("R1", ("YEAST", 4))
    shop.wave()
    shop.start()
    (stop,) = shop.stops()
    confirm_picks(by=shop.by, picks=[PickDone(stop.task_id, 1, shop.tote("T-1"))])
    assert set_lot_hold(by=shop.by, lot_ids=[lot(shop, "YEAST", "L1")], held=True) == 9
    assert shop.counts("R1") == {"waiting": 3, "picked": 1}
    assert shop.broken_rules() == []
