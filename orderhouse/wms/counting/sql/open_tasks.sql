-- Counts to make, or counted ones to judge, in pick order.  Parameters: tenant, node, state, limit.  Locks: none.
SELECT c.id, c.location_id, l.code AS location, c.item_id, i.sku, i.name, c.reason, c.state, c.expected, c.counted,
  coalesce(c.badge, '') AS badge, c.created_at, c.counted_at
FROM wms_count_task c
JOIN wms_location l ON l.tenant_id = c.tenant_id AND l.id = c.location_id
JOIN catalog_item i ON i.tenant_id = c.tenant_id AND i.id = c.item_id
WHERE c.tenant_id = %(tenant)s AND c.node_id = %(node)s AND c.state = %(state)s
ORDER BY l.pick_order, i.sku LIMIT %(limit)s
