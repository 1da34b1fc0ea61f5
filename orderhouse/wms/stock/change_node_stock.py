"""Keep the node's total of good stock, and tell it."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import InventoryChanged
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.stock import store
from orderhouse.wms.stock.rules import StockChange, gathered, told

__all__ = ["StockChange", "change_node_stock"]


def change_node_stock(*, by: By, node_id: int, changes: Sequence[StockChange]) -> None:
    """Add the changes to the node's totals (good, allocated, picked and packed together) and tell ``oms`` in one letter.

    Call it once in a unit of work, after ``post_movements``: the totals are locked after the accounts, and the letter is
    delivered at once. Changes of one item with one reason count as one; each told line has its own sequence number.
    """
    wanted = gathered(changes)
    if not wanted:
        return
    with unit_of_work(by.tenant_id):
        before = store.change_totals(by.tenant_id, node_id, wanted)
        node = next(iter(before.values())).node
        message = InventoryChanged(node=node, changed_at=by.at, lines=told(wanted, before))
        put(by=by, source="wms", letters=[Letter("oms", node, message)])
