-- What an item's figures are over all active nodes.
-- Parameters: tenant; items; at (receipts due before it count, none when NULL); channel (NULL for none).  Locks: none.
SELECT i.id AS item_id,
       coalesce(a.available, 0)::bigint AS available,
       CASE WHEN %(at)s::timestamptz IS NULL THEN 0 ELSE coalesce(a.owed, 0) END::bigint AS owed,
       CASE WHEN %(at)s::timestamptz IS NULL THEN 0 ELSE coalesce(s.unsafe, 0) END::bigint AS unsafe,
       CASE WHEN %(at)s::timestamptz IS NULL THEN 0 ELSE coalesce(w.waiting, 0) END::bigint AS waiting,
       coalesce(c.incoming, 0)::bigint AS incoming,
       coalesce(h.buffer, 0) AS buffer,
       coalesce(h.share_percent, 100)::int AS share_percent
FROM unnest(%(items)s::bigint[]) AS i (id)
LEFT JOIN oms_channel h ON h.tenant_id = %(tenant)s AND h.id = %(channel)s::bigint
LEFT JOIN LATERAL (
  SELECT sum(a.balance) FILTER (WHERE a.state = 'available') AS available,
         -sum(a.balance) FILTER (WHERE a.state = 'shortage') AS owed
  FROM catalog_node n
  JOIN ledger_account a ON a.tenant_id = n.tenant_id AND a.book = 'promise' AND a.node_id = n.id AND a.item_id = i.id
    AND a.state IN ('available', 'shortage')
  WHERE n.tenant_id = %(tenant)s AND n.active
) a ON true
LEFT JOIN LATERAL (
  SELECT sum(greatest(0, t.quantity - coalesce(a.balance, 0))) AS unsafe
  FROM catalog_node n
  JOIN oms_safety_stock t ON t.tenant_id = n.tenant_id AND t.node_id = n.id AND t.item_id = i.id
  LEFT JOIN ledger_account a ON a.tenant_id = t.tenant_id AND a.book = 'promise' AND a.node_id = t.node_id AND a.item_id = t.item_id
    AND a.owner_id = t.owner_id AND a.state = 'safety' AND a.place_id = 0 AND a.lot_id = 0
  WHERE n.tenant_id = %(tenant)s AND n.active AND %(at)s::timestamptz IS NOT NULL
) s ON true
LEFT JOIN LATERAL (
  SELECT sum(l.backordered) AS waiting FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.item_id = i.id AND l.backordered > 0 AND %(at)s::timestamptz IS NOT NULL
) w ON true
LEFT JOIN LATERAL (
  SELECT sum(c.quantity) AS incoming
  FROM oms_incoming c JOIN catalog_node n ON n.tenant_id = c.tenant_id AND n.id = c.node_id AND n.active
  WHERE c.tenant_id = %(tenant)s AND c.item_id = i.id AND c.settled_at IS NULL AND c.due_at < %(at)s::timestamptz
) c ON true
