"""Who sources while somebody else is taking the same units waits, and sees what was left."""

from __future__ import annotations

import threading
import time

from django.db import connection

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.tests.shop import Shop


def test_units_that_are_being_kept_back_at_this_moment_are_not_promised_and_nobody_is_told_an_error(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    with unit_of_work(shop.business.tenant_id):
        nodes = dict(fetch_all("SELECT code, id FROM catalog_node WHERE tenant_id = %s", (shop.business.tenant_id,)))
        items = dict(fetch_all("SELECT sku, id FROM catalog_item WHERE tenant_id = %s", (shop.business.tenant_id,)))
    taken = threading.Event()

    def keep_back() -> None:
        try:
            with unit_of_work(shop.business.tenant_id):
                set_safety_stock(by=shop.by, targets=[SafetyTarget(nodes["MAIN"], items["A"], 4)])
                taken.set()
                time.sleep(0.4)
        finally:
            connection.close()

    other = threading.Thread(target=keep_back)
    other.start()
    assert taken.wait(10)
    order = shop.order({"A": 3})
    other.join()
    assert shop.line(order) == {"reserved": 1, "backordered": 2}
    assert shop.promised("A") == {"reserved": 1, "safety": 4}
    assert shop.violations() == {}
