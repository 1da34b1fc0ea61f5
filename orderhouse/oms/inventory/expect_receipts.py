"""Announce goods to a node, and promise on them by their date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from orderhouse.catalog.resolve import resolve_items, resolve_nodes
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ExpectReceipt
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.kernel.quantities import quantity


def expect_receipts(*, by: By, receipts: Sequence[ExpectReceipt]) -> None:
    """Send each receipt to its node (X12 943) and count its units as incoming until the node closes it. Repeats change nothing."""
    units: dict[tuple[str, int, int, int, datetime], int] = defaultdict(int)
    with unit_of_work(by.tenant_id):
        node_ids = resolve_nodes(by.tenant_id, (receipt.node for receipt in receipts))
        items = resolve_items(by.tenant_id, ((line.owner, line.sku) for receipt in receipts for line in receipt.lines))
        for receipt in receipts:
            for position, line in enumerate(receipt.lines):
                item = items[line.owner, line.sku]
                key = (receipt.receipt, node_ids[receipt.node], item.id, item.owner_id, receipt.expected_at)
                units[key] += quantity(line.quantity, field=f"lines[{position}].quantity")
        numbers, nodes, item_ids, owner_ids, dues = zip(*units, strict=True) if units else ((), (), (), (), ())
        execute(
            """INSERT INTO oms_incoming (tenant_id, id, receipt_number, node_id, item_id, owner_id, quantity, due_at)
               SELECT t.tenant_id, u.* FROM people_tenant t, unnest(%(ids)s::bigint[], %(receipts)s::text[], %(nodes)s::bigint[],
                 %(items)s::bigint[], %(owners)s::bigint[], %(quantities)s::int[], %(dues)s::timestamptz[]) AS u
               WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, node_id, receipt_number, item_id, owner_id) DO NOTHING""",
            {
                "tenant": by.tenant_id,
                "ids": new_ids(len(units)),
                "receipts": list(numbers),
                "nodes": list(nodes),
                "items": list(item_ids),
                "owners": list(owner_ids),
                "quantities": list(units.values()),
                "dues": list(dues),
            },
        )
        put(by=by, source="oms", letters=[Letter(f"node:{receipt.node}", receipt.receipt, receipt) for receipt in receipts])
