"""A node has closed a receipt: nothing more is to be expected of it."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.catalog.resolve import resolve_nodes
from orderhouse.contract.messages import ReceiptConfirmed
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By


def settle_receipts(*, by: By, messages: Sequence[ReceiptConfirmed]) -> None:
    """Settle what was incoming (X12 944). The units themselves came by InventoryChanged as they were received."""
    with unit_of_work(by.tenant_id):
        node_ids = resolve_nodes(by.tenant_id, (message.node for message in messages))
        execute(
            """UPDATE oms_incoming i SET settled_at = %(at)s
               FROM unnest(%(nodes)s::bigint[], %(receipts)s::text[]) AS u (node_id, receipt_number)
               WHERE i.tenant_id = %(tenant)s AND i.node_id = u.node_id AND i.receipt_number = u.receipt_number
                 AND i.settled_at IS NULL""",
            {
                "tenant": by.tenant_id,
                "at": by.at,
                "nodes": [node_ids[message.node] for message in messages],
                "receipts": [message.receipt for message in messages],
            },
        )
