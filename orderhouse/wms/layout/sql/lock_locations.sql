-- A node's locations with what keeps each one in use.  Parameters: tenant, node.
-- Locks: all its locations, in id order.
WITH locked AS MATERIALIZED (
  SELECT id, code, kind, active FROM wms_location WHERE tenant_id = %(tenant)s AND node_id = %(node)s ORDER BY id FOR UPDATE
)
SELECT l.id, l.code, l.kind, l.active,
  coalesce((SELECT sum(a.balance) FROM ledger_account a
    WHERE a.tenant_id = %(tenant)s AND a.place_id = l.id AND a.place_id <> 0), 0)::bigint AS units,
  coalesce(t.tasks, 0)::bigint + coalesce(r.receipts, 0)::bigint AS tasks
FROM locked l
LEFT JOIN (
  SELECT place_id, count(*) AS tasks FROM wms_putaway_task t, LATERAL (VALUES (t.location_id), (t.source_place_id)) AS ends (place_id)
  WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready' GROUP BY place_id) t ON t.place_id = l.id
LEFT JOIN (
  SELECT dock_id, count(*) AS receipts FROM wms_receipt
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state IN ('arrived', 'counting') GROUP BY dock_id) r ON r.dock_id = l.id
