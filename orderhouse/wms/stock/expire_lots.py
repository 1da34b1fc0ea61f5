"""Take what is past its date out of sellable stock."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from orderhouse.catalog.queries import nodes
from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.ledger.accounts import Move
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.stock import store
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock


def expire_lots(*, by: By, node_id: int) -> int:
    """Move the node's good stock of lots past their date (the node's own calendar day) from good to expired, where it lies.

    Answers the units moved. A lot is good through the day it expires. Units a picker is already sent for stay allocated:
    allocation kept their minimum life. The change is told with the reason ``held``.
    """
    with unit_of_work(by.tenant_id):
        node = nodes(by.tenant_id).get(node_id)
        if node is None:
            raise NotFound(kind="node", code=node_id, field="node")
        today = by.at.astimezone(ZoneInfo(node.time_zone)).date()
        standing = store.expired_stock(by.tenant_id, node_id, today)
        post_movements(
            by=by, moves=[Move(s.account("good"), s.account("expired"), s.quantity, "lot", s.lot_id) for s in standing]
        )
        record_events(
            by=by,
            events=[
                Event("item", s.item_id, "lot-expired", {"lot_id": s.lot_id, "place_id": s.place_id, "quantity": s.quantity})
                for s in standing
            ],
        )
        change_node_stock(
            by=by, node_id=node_id, changes=[StockChange(s.item_id, s.owner_id, -s.quantity, "held") for s in standing]
        )
    return sum(s.quantity for s in standing)
