-- What else waits at a node, by kind: tasks to put away and to put back (with units), receipts by state, counts by state,
-- exceptions.  Parameters: tenant, node.  Locks: none.
SELECT 'tasks' AS about, kind AS which, count(*)::int AS rows, sum(quantity - done)::bigint AS units FROM wms_putaway_task
WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state = 'ready' GROUP BY kind
UNION ALL
SELECT 'receipts', state, count(*)::int, 0 FROM wms_receipt
WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state <> 'closed' GROUP BY state
UNION ALL
SELECT 'counts', state, count(*)::int, 0 FROM wms_count_task
WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state IN ('ready', 'counted') GROUP BY state
UNION ALL
SELECT 'exceptions', kind, count(*)::int, 0 FROM wms_exception
WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND settled_at IS NULL GROUP BY kind
