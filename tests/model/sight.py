"""What the product says is so, in the model's words: one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from orderhouse.database import fetch_all, unit_of_work

LOOK = """
SELECT 'order' AS what, o.id::text, o.state, NULL, ARRAY[]::bigint[] FROM oms_order o WHERE o.tenant_id = %(t)s
UNION ALL
SELECT 'release', r.number, r.order_id::text, NULL, ARRAY[]::bigint[] FROM oms_release r WHERE r.tenant_id = %(t)s
UNION ALL
SELECT 'line', l.order_id::text, l.line_number::text, NULL,
  ARRAY[l.ordered, l.cancelled, l.backordered, l.reserved, l.released, l.shipped, l.returned, l.cancel_wanted]
FROM oms_order_line l WHERE l.tenant_id = %(t)s
UNION ALL
SELECT 'reserved', r.order_id::text, l.line_number::text, n.code, ARRAY[r.quantity]
FROM oms_reservation r JOIN oms_order_line l ON l.tenant_id = %(t)s AND l.id = r.order_line_id
JOIN catalog_node n ON n.tenant_id = %(t)s AND n.id = r.node_id WHERE r.tenant_id = %(t)s AND r.quantity > 0
UNION ALL
SELECT 'refused', l.order_id::text, l.line_number::text, n.code, ARRAY[]::bigint[]
FROM oms_node_refusal f JOIN oms_order_line l ON l.tenant_id = %(t)s AND l.id = f.order_line_id
JOIN catalog_node n ON n.tenant_id = %(t)s AND n.id = f.node_id WHERE f.tenant_id = %(t)s
UNION ALL
SELECT 'job', o.release_number, l.line_number::text, n.code,
  ARRAY[l.waiting, l.allocated, l.picked, l.packed, l.shipped, l.shorted, l.putting_back, l.cancelled]
FROM wms_outbound_line l JOIN wms_outbound o ON o.tenant_id = %(t)s AND o.id = l.outbound_id
JOIN catalog_node n ON n.tenant_id = %(t)s AND n.id = o.node_id WHERE l.tenant_id = %(t)s
UNION ALL
SELECT a.book, n.code, i.sku, CASE WHEN p.kind = 'dock' AND a.state = 'good' THEN 'dock' ELSE a.state END, ARRAY[sum(a.balance)]
FROM ledger_account a JOIN catalog_item i ON i.tenant_id = %(t)s AND i.id = a.item_id
JOIN catalog_node n ON n.tenant_id = %(t)s AND n.id = a.node_id
LEFT JOIN wms_location p ON p.tenant_id = %(t)s AND p.id = a.place_id AND a.book = 'physical'
WHERE a.tenant_id = %(t)s AND a.balance <> 0 GROUP BY 1, 2, 3, 4
"""
JOB = ("waiting", "allocated", "picked", "packed", "shipped", "shorted", "putting_back", "cancelled")
LINE = ("ordered", "cancelled", "backordered", "reserved", "released", "shipped", "returned", "wanted")


@dataclass
class Sight:
    """One look at both wings."""

    states: dict[int, str] = field(default_factory=dict)
    order_of: dict[str, int] = field(default_factory=dict)
    lines: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)
    reserved: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)
    refused: set[tuple[int, int, str]] = field(default_factory=set)
    jobs: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    node_of: dict[tuple[str, int], str] = field(default_factory=dict)
    promise: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    physical: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)


def look(tenant_id: int) -> Sight:
    """See everything the model speaks of."""
    with unit_of_work(tenant_id):
        rows: Sequence[tuple[Any, ...]] = fetch_all(LOOK, {"t": tenant_id})
    seen = Sight()
    for what, one, two, three, figures in rows:
        match what:
            case "order":
                seen.states[int(one)] = two
            case "release":
                seen.order_of[one] = int(two)
            case "line":
                seen.lines[int(one), int(two)] = dict(zip(LINE, map(int, figures), strict=True))
            case "reserved":
                seen.reserved.setdefault((int(one), int(two)), {})[three] = int(figures[0])
            case "refused":
                seen.refused.add((int(one), int(two), three))
            case "job":
                seen.jobs[one, int(two)] = dict(zip(JOB, map(int, figures), strict=True))
                seen.node_of[one, int(two)] = three
            case _:
                book = seen.promise if what == "promise" else seen.physical
                book.setdefault((one, two), {})[three] = int(figures[0])
    return seen
