-- Reserved units ready to be released.  Parameters: tenant; orders (NULL: any), limit (orders).
-- Ready: no open hold; and nothing waiting where the channel wants the order whole.
-- Locks: orders, lines, reservations, each in id order.
WITH candidates AS (
  SELECT DISTINCT r.order_id FROM oms_reservation r
  WHERE r.tenant_id = %(tenant)s AND r.quantity > 0 AND (%(orders)s::bigint[] IS NULL OR r.order_id = ANY (%(orders)s::bigint[]))
), chosen AS (
  SELECT o.id FROM candidates k
  JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.id = k.order_id
  JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.id = o.channel_id
  WHERE NOT EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL)
    AND (c.ships_partially OR NOT EXISTS (
      SELECT FROM oms_order_line l WHERE l.tenant_id = %(tenant)s AND l.order_id = o.id AND l.backordered > 0))
  ORDER BY o.priority, o.ship_by, o.id
  LIMIT %(limit)s
), orders AS MATERIALIZED (
  SELECT o.* FROM oms_order o WHERE o.tenant_id = %(tenant)s AND o.id IN (SELECT id FROM chosen) ORDER BY o.id FOR UPDATE
), lines AS MATERIALIZED (
  SELECT l.* FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.order_id IN (SELECT id FROM orders) AND l.reserved > 0 ORDER BY l.id FOR UPDATE
)
SELECT o.id AS order_id, o.number, o.channel_id, o.priority, o.service, o.ship_to, o.ship_by,
       l.id AS line_id, l.line_number, l.item_id, i.sku, l.owner_id, w.code AS owner, r.node_id, r.quantity
FROM lines l
JOIN orders o ON o.id = l.order_id
JOIN oms_reservation r ON r.tenant_id = %(tenant)s AND r.order_line_id = l.id AND r.quantity > 0
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = l.item_id
JOIN catalog_owner w ON w.tenant_id = %(tenant)s AND w.id = l.owner_id
ORDER BY r.order_line_id, r.node_id
FOR UPDATE OF r
