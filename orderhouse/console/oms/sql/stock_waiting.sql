-- Orders that wait for an item, promised from no node yet; who is served first in front.  Parameters: tenant, item, node (not asked), limit.
-- Locks: none.
SELECT o.id AS order_id, o.number, o.state, coalesce(o.ship_to ->> 'name', '') AS customer, h.code AS channel, '' AS node, '' AS release,
  l.backordered AS units, o.placed_at, o.promised_at, l.due_date
FROM oms_order_line l
JOIN oms_order o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
JOIN oms_channel h ON h.tenant_id = o.tenant_id AND h.id = o.channel_id
WHERE l.tenant_id = %(tenant)s AND l.item_id = %(item)s AND l.backordered > 0
ORDER BY o.priority, o.placed_at, o.id LIMIT %(limit)s
