from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from orderhouse.database import execute, unit_of_work
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.waves.plan_wave import WavePlan, plan_wave


def test_the_lot_that_expires_first_is_picked_first_and_a_held_one_never(shop: ShippingFloor) -> None:
    shop.item("JAM", tracks_lots=True, minimum_life_days=30)
    for lot, expires, code in (
        ("LATE", date(2026, 12, 1), "01-001-1"),
        ("SOON", date(2026, 6, 1), "01-002-1"),
        ("SHORT", date(2026, 3, 20), "01-003-1"),
        ("HELD", date(2026, 5, 1), "01-004-1"),
    ):
        shop.receive("JAM", 4, lot=lot, expires_on=expires)
        shop.stow(code)
    with unit_of_work(shop.tenant_id):
        execute("UPDATE ledger_lot SET held = true WHERE tenant_id = %s AND lot_number = 'HELD'", (shop.tenant_id,))
    shop.release("R1", ("JAM", 6))
    shop.release("R2", ("JAM", 6), priority=60)
    plan = shop.wave()
    assert plan is not None
    assert plan.shorted == 4
    found = {(stop.release_number, stop.lot_number): stop.quantity for stop in shop.stops()}
    assert found == {("R1", "SOON"): 4, ("R1", "LATE"): 2, ("R2", "LATE"): 2}
    assert ("ReleaseShorted", [(1, 4)]) in shop.said("R2")
    shop.pick()
    assert shop.counts("R2") == {"picked": 2, "shorted": 4}


def test_damaged_stock_is_not_picked(shop: ShippingFloor) -> None:
    shop.receive("MUG", 3, condition="damaged")
    shop.release("R1", ("MUG", 1))
    assert shop.wave() is None
    assert (shop.out("R1").state, shop.said("R1")[-1]) == ("shorted", ("ReleaseShorted", [(1, 1)]))


def test_two_waves_at_once_never_take_the_same_unit(shop: ShippingFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.keep("MUG", ("01-001-1", 10), ("01-002-1", 3))
    for n in range(12):
        shop.release(f"R{n}", ("MUG", 2))
    ids = [shop.id_of(f"R{n}") for n in range(12)]
    shares = [ids[n::4] for n in range(4)]  # orders of their own, so that nothing but the stock itself holds them apart
    monkeypatch.setattr("orderhouse.wms.waves.store.orders_to_wave", lambda *_, **__: shares.pop())
    start = Barrier(4)

    def race(_: int) -> WavePlan | None:
        try:
            start.wait()
            return plan_wave(by=shop.by, node_id=shop.node_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        plans = list(threads.map(race, range(4)))
    assert sum(plan.units for plan in plans if plan) == 13
    assert sum(shop.stock(code, "MUG", "allocated") for code in ("01-001-1", "01-002-1")) == 13
    assert sum(shop.counts(f"R{n}").get("shorted", 0) for n in range(12)) == 11
