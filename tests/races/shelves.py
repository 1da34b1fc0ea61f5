"""Stock for races in the shop without a floor."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.tests.shop import Shop


def open_books(shop: Shop, skus: Collection[str]) -> dict[str, int]:
    """One unit of each at both nodes, sold and cancelled once, so that every account of the promise book is there; units by SKU.
    (The first sale of an item at a node opens its accounts, which is a race of its own: ``test_first_sales.py``.)"""
    orders = []
    for node in ("MAIN", "NORTH"):
        for sku in skus:
            shop.report(node, sku, 1)
        orders.append(shop.order(dict.fromkeys(skus, 1)))
    cancel_many(by=shop.by, order_ids=orders, reason="the books are open")
    return dict.fromkeys(skus, 2)
