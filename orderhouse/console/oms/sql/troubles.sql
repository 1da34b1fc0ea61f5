-- What waits for somebody in the promise wing, in groups, the gravest first.  Parameters: tenant, now, limit.  Locks: none.
SELECT kind, code, count, oldest_at FROM (
  SELECT 'late' AS kind, '' AS code, count(*)::int AS count, min(o.ship_by) AS oldest_at, 1 AS rank FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.state NOT IN ('shipped', 'delivered', 'closed', 'cancelled') AND o.ship_by < %(now)s
  UNION ALL
  SELECT 'dead-letter', b.destination, count(*)::int, min(b.created_at), 2 FROM contract_outbox b
  WHERE b.tenant_id = %(tenant)s AND b.state = 'dead' GROUP BY b.destination
  UNION ALL
  SELECT 'refused-by-node', n.code, count(DISTINCT l.order_id)::int, min(f.at), 3 FROM oms_order_line l
  JOIN oms_node_refusal f ON f.tenant_id = l.tenant_id AND f.order_line_id = l.id
  JOIN catalog_node n ON n.tenant_id = f.tenant_id AND n.id = f.node_id
  WHERE l.tenant_id = %(tenant)s AND l.backordered > 0 GROUP BY n.code
  UNION ALL
  SELECT 'held', h.kind, count(*)::int, min(h.placed_at), 4 FROM oms_order o
  JOIN oms_hold h ON h.tenant_id = o.tenant_id AND h.order_id = o.id AND h.lifted_at IS NULL
  WHERE o.tenant_id = %(tenant)s AND o.state = 'held' GROUP BY h.kind
  UNION ALL
  SELECT 'invalid', i.source, count(*)::int, min(i.received_at), 5 FROM oms_invalid_order i
  WHERE i.tenant_id = %(tenant)s AND i.state = 'open' GROUP BY i.source
  UNION ALL
  SELECT 'waits-without-date', '', count(DISTINCT l.order_id)::int, min(o.received_at), 6 FROM oms_order_line l
  JOIN oms_order o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
  WHERE l.tenant_id = %(tenant)s AND l.backordered > 0 AND l.due_date IS NULL AND o.sourced_at IS NOT NULL
) found
WHERE count > 0 ORDER BY rank, oldest_at LIMIT %(limit)s
