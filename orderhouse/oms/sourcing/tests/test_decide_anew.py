"""What an order gives up and does not take again: kept back where it is wanted, else somebody else's, and nobody waits for that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection

from orderhouse.contract.messages import LineQuantity, ReleaseShorted
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.oms.desk.edit_order import OrderChanges, edit_order
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.releases.short_releases import short_releases
from orderhouse.oms.sourcing.move_order import move_order
from orderhouse.oms.sourcing.source_again import source_again
from orderhouse.oms.tests.shop import LONDON, Shop


def keep_back(shop: Shop, node: str, sku: str, units: int) -> None:
    tenant = shop.business.tenant_id
    with unit_of_work(tenant):
        node_id = fetch_value("SELECT id FROM catalog_node WHERE tenant_id = %s AND code = %s", (tenant, node))
        item_id = fetch_value("SELECT id FROM catalog_item WHERE tenant_id = %s AND sku = %s", (tenant, sku))
    set_safety_stock(by=shop.by, targets=[SafetyTarget(node_id, item_id, units)])


def move(shop: Shop, order: int) -> None:
    move_order(by=shop.by, order_id=order, nodes={1: ["MAIN"]}, reason="nearer")


def source_anew(shop: Shop, order: int) -> None:
    source_again(by=shop.by, order_ids=[order], reason="MAIN has it now")


def edit(shop: Shop, order: int) -> None:
    there = replace(LONDON, city="Brighton", postal_code="BN1", latitude=50.82, longitude=-0.14)
    edit_order(by=shop.by, order_id=order, changes=OrderChanges(ship_to=there), reason="moved house")


@pytest.mark.parametrize("anew", [move, source_anew, edit])
def test_units_given_up_fill_safety_stock_before_anybody_is_promised_them(shop: Shop, anew: Callable[[Shop, int], None]) -> None:
    shop.report("NORTH", "A", 6)
    order = shop.order({"A": 4})
    keep_back(shop, "NORTH", "A", 5)
    assert shop.promised("A", "NORTH") == {"reserved": 4, "safety": 2}
    shop.report("MAIN", "A", 4)
    anew(shop, order)
    assert shop.promised("A", "MAIN") == {"reserved": 4}
    assert shop.promised("A", "NORTH") == {"available": 1, "safety": 5}
    assert shop.line(shop.order({"A": 2})) == {"reserved": 1, "backordered": 1}
    assert shop.violations() == {}


def test_units_given_up_pay_what_their_node_owes(shop: Shop) -> None:
    shop.report("NORTH", "A", 6)
    shop.order({"A": 4})
    release_orders(by=shop.by)
    order = shop.order({"A": 2})
    shop.report("MAIN", "A", 2)
    with unit_of_work(shop.business.tenant_id):
        shop.report("NORTH", "A", -1, "lost")
        move(shop, order)
        assert shop.promised("A", "NORTH") == {"released": 4, "available": 1}
    assert shop.line(order) == {"reserved": 2}
    assert shop.violations() == {}


def test_an_order_moves_while_somebody_else_holds_an_order_that_waits_for_what_it_gives_up(shop: Shop) -> None:
    shop.report("NORTH", "A", 4)
    order = shop.order({"A": 4})
    shop.report("MAIN", "A", 4)
    waits = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by, order_ids=[waits])
    short_releases(by=shop.by, messages=[ReleaseShorted(number, "MAIN", (LineQuantity(1, 4, "not found"),))])
    assert shop.line(waits) == {"backordered": 4}
    tenant = shop.business.tenant_id

    def act() -> None:
        try:
            move(shop, order)
        finally:
            connection.close()

    mover = threading.Thread(target=act)
    with unit_of_work(tenant):
        execute("SELECT id FROM oms_order WHERE tenant_id = %s AND id = %s FOR UPDATE", (tenant, waits))
        mover.start()
        until = time.monotonic() + 10
        while (moved := shop.promised("A", "MAIN")) != {"reserved": 4} and time.monotonic() < until:
            time.sleep(0.05)
    mover.join()
    assert moved == {"reserved": 4}, "the move was not done before the stranger's order was let go"
    assert shop.line(waits) == {"reserved": 4}
    assert shop.promised("A", "NORTH") == {"reserved": 4}
    assert shop.violations() == {}
