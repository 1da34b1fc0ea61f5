-- Receipts of a node, newest first.  Parameters: tenant, node, states, number (NULL for all), before (id), limit.
-- Locks: none.
SELECT r.id, r.number, r.kind, r.supplier, r.reference, r.state, r.expected_at, r.arrived_at, r.closed_at, r.dock_id,
  count(l.id) AS lines, coalesce(sum(l.expected), 0)::bigint AS expected, coalesce(sum(l.good), 0)::bigint AS good,
  coalesce(sum(l.damaged), 0)::bigint AS damaged, coalesce(sum(l.ungraded), 0)::bigint AS ungraded
FROM (SELECT * FROM wms_receipt WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state = ANY (%(states)s::text[])
        AND (%(number)s::text IS NULL OR number = %(number)s) AND id < %(before)s
      ORDER BY id DESC LIMIT %(limit)s) r
LEFT JOIN wms_receipt_line l ON l.tenant_id = r.tenant_id AND l.receipt_id = r.id
GROUP BY r.id, r.number, r.kind, r.supplier, r.reference, r.state, r.expected_at, r.arrived_at, r.closed_at, r.dock_id
ORDER BY r.id DESC
