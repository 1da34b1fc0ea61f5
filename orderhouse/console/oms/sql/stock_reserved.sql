-- Orders that hold an item reserved, node by node, the oldest first.  Parameters: tenant, item, node (NULL for any), limit.  Locks: none.
SELECT o.id AS order_id, o.number, o.state, coalesce(o.ship_to ->> 'name', '') AS customer, h.code AS channel, n.code AS node, '' AS release,
  r.quantity AS units, o.placed_at, o.promised_at, NULL::date AS due_date
FROM oms_order_line l
JOIN oms_reservation r ON r.tenant_id = l.tenant_id AND r.order_line_id = l.id AND r.quantity > 0
JOIN oms_order o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
JOIN oms_channel h ON h.tenant_id = o.tenant_id AND h.id = o.channel_id
JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
WHERE l.tenant_id = %(tenant)s AND l.item_id = %(item)s AND l.reserved > 0 AND (%(node)s::bigint IS NULL OR r.node_id = %(node)s)
ORDER BY o.placed_at, o.id LIMIT %(limit)s
