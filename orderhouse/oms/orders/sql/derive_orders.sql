-- The state of orders, from their lines, holds and parcels (rules.derive_state is its twin); answers those that change.
-- Parameters: tenant, orders.  Locks: the orders, which lock_orders.sql holds already.
WITH units AS (
  SELECT l.order_id, sum(l.ordered) AS ordered, sum(l.cancelled) AS cancelled, sum(l.backordered) AS backordered,
         sum(l.reserved) AS reserved, sum(l.released) AS released, sum(l.shipped) AS shipped, sum(l.returned) AS returned
  FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.order_id = ANY (%(orders)s::bigint[])
  GROUP BY l.order_id
), derived AS (
  SELECT o.id, o.state AS before, CASE
    WHEN u.cancelled = u.ordered THEN 'cancelled'
    WHEN u.cancelled + u.shipped = u.ordered THEN CASE
      WHEN u.returned = u.shipped THEN 'closed'
      WHEN (SELECT count(*) > 0 AND count(*) = count(p.delivered_at)
            FROM oms_shipment s JOIN oms_parcel p ON p.tenant_id = s.tenant_id AND p.shipment_id = s.id
            WHERE s.tenant_id = %(tenant)s AND s.order_id = o.id) THEN 'delivered'
      ELSE 'shipped' END
    WHEN u.shipped > 0 THEN 'partly_shipped'
    WHEN EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL) THEN 'held'
    WHEN u.released > 0 THEN 'released'
    WHEN u.reserved > 0 THEN CASE WHEN u.backordered > 0 THEN 'partly_reserved' ELSE 'reserved' END
    WHEN o.sourced_at IS NOT NULL THEN 'backordered'
    WHEN EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id) THEN 'accepted'
    ELSE 'received' END AS state
  FROM oms_order o JOIN units u ON u.order_id = o.id
  WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s::bigint[])
)
UPDATE oms_order o SET state = d.state
FROM derived d
WHERE o.tenant_id = %(tenant)s AND o.id = d.id AND d.state <> d.before
RETURNING o.id, o.number, d.before, o.state
