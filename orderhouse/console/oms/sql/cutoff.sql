-- The next moment by which orders that have a node must leave.  Reads the index of open orders by dispatch time.
-- Parameters: tenant, now.  Locks: none.
SELECT o.ship_by FROM oms_order o
WHERE o.tenant_id = %(tenant)s AND o.state NOT IN ('shipped', 'delivered', 'closed', 'cancelled') AND o.ship_by >= %(now)s
  AND o.state IN ('reserved', 'partly_reserved', 'released', 'partly_shipped')
ORDER BY o.ship_by LIMIT 1
