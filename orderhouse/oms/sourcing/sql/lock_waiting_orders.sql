-- Lock the most urgent orders that wait for these items, before their accounts are locked by whoever frees stock (ADR 4).
-- Parameters: tenant, items, limit, also (orders to lock besides).  Locks: orders, in id order.
WITH urgent AS (
  SELECT o.id FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.id IN (
    SELECT l.order_id FROM oms_order_line l
    WHERE l.tenant_id = %(tenant)s AND l.backordered > 0 AND l.item_id = ANY (%(items)s::bigint[]))
  ORDER BY o.priority, o.received_at, o.id
  LIMIT %(limit)s
)
SELECT o.id FROM oms_order o WHERE o.tenant_id = %(tenant)s AND (o.id IN (SELECT id FROM urgent) OR o.id = ANY (%(also)s::bigint[])) ORDER BY o.id FOR UPDATE
