-- Lock the orders that seem ready to be released.  Parameters: tenant; orders (NULL: any), limit.
-- Locks: orders in id order. Whether they are still ready is asked again under the lock (read_releasable).
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
)
SELECT o.id FROM oms_order o WHERE o.tenant_id = %(tenant)s AND o.id IN (SELECT id FROM chosen) ORDER BY o.id FOR UPDATE
