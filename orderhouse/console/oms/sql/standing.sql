-- How many open orders stand at each stage, and what is at risk.  An order under way stands where its least advanced open
-- release stands.  Reads the partial index of open orders, so it costs what is open, not what ever was.
-- Parameters: tenant, now, soon (what must leave by then is at risk).  Locks: none.
WITH open AS (
  SELECT o.id, o.state, o.ship_by FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.state NOT IN ('shipped', 'delivered', 'closed', 'cancelled')
), under_way AS (
  SELECT r.order_id, min(CASE r.state WHEN 'packed' THEN 3 WHEN 'picking' THEN 2 ELSE 1 END) AS stage
  FROM open o JOIN oms_release r ON r.tenant_id = %(tenant)s AND r.order_id = o.id
  WHERE r.state NOT IN ('shipped', 'rejected', 'shorted', 'cancelled')
  GROUP BY r.order_id
), placed AS (
  SELECT o.id, o.ship_by, CASE
    WHEN o.state = 'held' THEN 'held'
    WHEN u.stage = 3 THEN 'packed' WHEN u.stage = 2 THEN 'picking' WHEN u.stage = 1 THEN 'released'
    WHEN o.state IN ('reserved', 'partly_reserved') THEN 'reserved'
    WHEN o.state IN ('received', 'accepted') THEN 'captured'
    ELSE 'backordered' END AS stage
  FROM open o LEFT JOIN under_way u ON u.order_id = o.id
)
SELECT stage, count(*)::int AS orders,
  count(*) FILTER (WHERE ship_by < %(now)s)::int AS late,
  count(*) FILTER (WHERE ship_by >= %(now)s AND ship_by < %(soon)s)::int AS at_risk
FROM placed GROUP BY stage
