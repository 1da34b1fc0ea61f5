"""The promise book follows what nodes report."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection

from orderhouse.contract.messages import ExpectedLine, ExpectReceipt, InventoryChanged, ReceiptConfirmed, StockLine
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.errors import NotFound
from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.oms.inventory.settle_receipts import settle_receipts
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.tests.shop import Shop


def safety(shop: Shop, sku: str, quantity: int) -> None:
    with unit_of_work(shop.business.tenant_id):
        execute(
            """INSERT INTO oms_safety_stock SELECT i.tenant_id, n.id, i.id, i.owner_id, %s FROM catalog_item i, catalog_node n
               WHERE i.tenant_id = %s AND n.tenant_id = %s AND i.sku = %s AND n.code = 'MAIN'""",
            (quantity, shop.business.tenant_id, shop.business.tenant_id, sku),
        )


def test_safety_stock_fills_before_anything_is_free(shop: Shop) -> None:
    safety(shop, "A", 5)
    shop.report("MAIN", "A", 4)
    shop.report("MAIN", "A", 4)
    assert shop.promised("A") == {"safety": 5, "available": 3}


def test_a_loss_takes_free_stock_then_safety_then_the_youngest_reservation(shop: Shop) -> None:
    safety(shop, "A", 1)
    shop.report("MAIN", "A", 9)
    old, young = shop.order({"A": 3}), shop.order({"A": 3})
    shop.report("MAIN", "A", -5, "damaged")
    assert shop.promised("A") == {"reserved": 4}
    assert (shop.line(old), shop.line(young)) == ({"reserved": 3}, {"reserved": 1, "backordered": 2})
    assert shop.state(young) == "partly_reserved"
    assert shop.violations() == {}


def test_stock_that_comes_goes_to_the_most_urgent_waiting_order_first(shop: Shop) -> None:
    late = shop.order({"A": 2})
    urgent = shop.order({"A": 2}, priority=1)
    shop.report("MAIN", "A", 3)
    assert (shop.line(urgent), shop.line(late)) == ({"reserved": 2}, {"reserved": 1, "backordered": 1})
    assert shop.violations() == {}


def test_what_is_owed_is_paid_before_anything_is_free(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    shop.order({"A": 4})
    release_orders(by=shop.by)
    shop.report("MAIN", "A", -4, "lost")
    shop.report("MAIN", "A", 6, "found")
    assert shop.promised("A") == {"released": 4, "available": 2}


def test_reports_in_any_order_end_alike(shop: Shop) -> None:
    changes = [shop.change("MAIN", "A", delta, "received" if delta > 0 else "lost") for delta in (5, -2, 7, -1, 4, -3)]
    random.Random(4).shuffle(changes)
    for change in changes:
        apply_inventory_changes(by=shop.by, messages=[change])
    assert shop.promised("A") == {"available": 10}
    assert shop.violations() == {}


def test_a_report_naming_an_unknown_item_is_refused_and_changes_nothing(shop: Shop) -> None:
    lines = (StockLine("A", "OWN", 5, 5, 1, "received"), StockLine("NOPE", "OWN", 5, 5, 1, "received"))
    with pytest.raises(NotFound, match="NOPE"):
        apply_inventory_changes(by=shop.by, messages=[InventoryChanged("MAIN", shop.by.at, lines)])
    assert shop.promised("A") == {}


def test_announced_goods_give_waiting_lines_a_date_until_the_receipt_closes(shop: Shop) -> None:
    due = shop.by.at + timedelta(days=3)
    expect_receipts(by=shop.by, receipts=[ExpectReceipt("ASN-1", "MAIN", "Maker", due, (ExpectedLine(1, "A", "OWN", 50),))])
    order = shop.order({"A": 2})
    with unit_of_work(shop.business.tenant_id):
        assert fetch_value("SELECT due_date FROM oms_order_line WHERE order_id = %s", (order,)) == due.date()
    settle_receipts(by=shop.by, messages=[ReceiptConfirmed("ASN-1", "MAIN", due, ())])
    with unit_of_work(shop.business.tenant_id):
        assert fetch_value("SELECT count(*) FROM oms_incoming WHERE settled_at IS NULL") == 0
    assert len(shop.letters("ExpectReceipt")) == 1


def test_trucks_at_two_docks_serve_the_same_waiting_orders_without_a_deadlock(shop: Shop) -> None:
    """Stock lies free beside orders that wait for it, as their channel keeps a buffer: so both trucks want all of it."""
    for node in ("MAIN", "NORTH"):
        for sku in "AC":
            shop.report(node, sku, 1)
    orders = [shop.order({"A": 2, "C": 2}, channel="CAREFUL") for _ in range(8)]
    changes = {node: [shop.change(node, sku, 1, "received") for _ in range(15)] for node, sku in (("MAIN", "A"), ("NORTH", "C"))}
    failures: list[BaseException] = []

    def unload(node: str) -> None:
        try:
            for change in changes[node]:
                apply_inventory_changes(by=shop.by, messages=[change])
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    trucks = [threading.Thread(target=unload, args=(node,)) for node in changes]
    for truck in trucks:
        truck.start()
    for truck in trucks:
        truck.join()
    assert failures == []
    assert sum(shop.line(order, line).get("reserved", 0) for order in orders for line in (1, 2)) > 0
    assert shop.violations() == {}
