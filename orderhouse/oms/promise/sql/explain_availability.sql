-- Every node's part in an item's availability: what it reported, what our book holds, what is announced.
-- Parameters: tenant, item, at (receipts due before it count, all when NULL).  Locks: none.
SELECT n.id, n.code, n.active, r.on_hand, r.sequence, r.reported_at, a.balances, coalesce(t.quantity, 0), coalesce(c.incoming, 0)
FROM catalog_node n
LEFT JOIN LATERAL (
  SELECT sum(r.on_hand)::bigint AS on_hand, max(r.sequence) AS sequence, max(r.reported_at) AS reported_at FROM oms_reported_stock r
  WHERE r.tenant_id = n.tenant_id AND r.node_id = n.id AND r.item_id = %(item)s
) r ON true
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_array(a.state, a.balance, a.id))::text AS balances FROM ledger_account a
  WHERE a.tenant_id = n.tenant_id AND a.book = 'promise' AND a.node_id = n.id AND a.item_id = %(item)s
    AND a.state IN ('available', 'reserved', 'released', 'safety', 'shortage')
) a ON true
LEFT JOIN LATERAL (
  SELECT sum(t.quantity)::int AS quantity FROM oms_safety_stock t
  WHERE t.tenant_id = n.tenant_id AND t.node_id = n.id AND t.item_id = %(item)s
) t ON true
LEFT JOIN LATERAL (
  SELECT sum(c.quantity)::int AS incoming FROM oms_incoming c
  WHERE c.tenant_id = n.tenant_id AND c.node_id = n.id AND c.item_id = %(item)s AND c.settled_at IS NULL
    AND (%(at)s::timestamptz IS NULL OR c.due_at < %(at)s::timestamptz)
) c ON true
WHERE n.tenant_id = %(tenant)s
  AND (n.active OR r.on_hand <> 0 OR a.balances IS NOT NULL)
ORDER BY n.code
