-- Lines of these orders that still want units, with what sourcing must know of the order.
-- Parameters: tenant, orders.  Locks: orders, then lines, each in id order.
WITH orders AS MATERIALIZED (
  SELECT o.* FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s::bigint[]) ORDER BY o.id FOR UPDATE
)
SELECT o.id AS order_id, o.number, o.channel_id, o.channel_order_id, c.code AS channel, c.when_short, c.buffer, c.share_percent,
       o.priority, o.promised_at, o.received_at, o.latitude, o.longitude, o.country, o.service, o.sourced_at,
       l.id AS line_id, l.line_number, l.item_id, l.owner_id, l.backordered, i.weight_grams, i.hazmat
FROM orders o
JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.id = o.channel_id
JOIN oms_order_line l ON l.tenant_id = %(tenant)s AND l.order_id = o.id AND l.backordered > 0
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = l.item_id
ORDER BY l.id
FOR UPDATE OF l
