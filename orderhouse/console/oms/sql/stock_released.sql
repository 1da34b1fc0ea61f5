-- Orders whose units of an item a node was told to ship, release by release.  Parameters: tenant, item, node (NULL for any), limit.  Locks: none.
SELECT o.id AS order_id, o.number, o.state, coalesce(o.ship_to ->> 'name', '') AS customer, h.code AS channel, n.code AS node,
  r.number AS release, x.quantity - x.shipped - x.shorted - x.cancelled AS units, o.placed_at, o.promised_at, NULL::date AS due_date
FROM oms_order_line l
JOIN oms_release_line x ON x.tenant_id = l.tenant_id AND x.order_line_id = l.id AND x.shipped + x.shorted + x.cancelled < x.quantity
JOIN oms_release r ON r.tenant_id = x.tenant_id AND r.id = x.release_id
JOIN oms_order o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
JOIN oms_channel h ON h.tenant_id = o.tenant_id AND h.id = o.channel_id
JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
WHERE l.tenant_id = %(tenant)s AND l.item_id = %(item)s AND l.released > 0 AND (%(node)s::bigint IS NULL OR r.node_id = %(node)s)
ORDER BY o.placed_at, o.id, r.number LIMIT %(limit)s
