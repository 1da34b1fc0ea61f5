-- The next moment by which orders must leave, and how many still have to by then.
-- Parameters: tenant, now.  Locks: none.
WITH waiting AS (
  SELECT o.ship_by FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.state IN ('reserved', 'partly_reserved', 'released', 'partly_shipped') AND o.ship_by IS NOT NULL
)
SELECT min(ship_by) FILTER (WHERE ship_by >= %(now)s) AS cutoff_at,
  count(*) FILTER (WHERE ship_by <= (SELECT min(w.ship_by) FROM waiting w WHERE w.ship_by >= %(now)s))::int AS orders
FROM waiting
