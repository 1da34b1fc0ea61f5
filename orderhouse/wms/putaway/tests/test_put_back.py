from __future__ import annotations

from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.putaway.put_away import Put, put_away


def test_units_put_back_in_two_goes_and_another_bin_are_cancelled_as_they_lie_down(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 5))
    shop.release("R1", ("MUG", 3))
    shop.wave()
    shop.pick()
    shop.cancel("R1")
    (task,) = shop.tasks()
    assert (task.kind, task.quantity) == ("putback", 3)
    put_away(by=shop.by, puts=[Put(task.id, task.location_id, 2)])
    assert shop.counts("R1") == {"putting_back": 1, "cancelled": 2}
    put_away(by=shop.by, puts=[Put(task.id, shop.bin("02-002-1").id, 1)])
    assert (shop.counts("R1"), shop.out("R1").state) == ({"cancelled": 3}, "cancelled")
    assert (shop.stock("01-001-1", "MUG"), shop.stock("02-002-1", "MUG"), shop.on_hand("MUG")) == (4, 1, 5)
    assert shop.said("R1")[-2:] == [("ReleaseCancelled", [(1, 2)]), ("ReleaseCancelled", [(1, 1)])]
    assert len(shop.told()) == 1
    assert shop.broken_rules() == []
