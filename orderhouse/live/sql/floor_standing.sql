-- The floor's short lists of open things as one line each a node: whatever enters, leaves or changes alters a sum.
-- Parameters: tenant. Locks: none.
SELECT 'session', node_id, count(*), sum(id), NULL FROM wms_floor_session
WHERE tenant_id = %(tenant)s AND ended_at IS NULL GROUP BY node_id
UNION ALL
SELECT 'tour', node_id, count(*), sum(id), sum(xmin::text::bigint) FROM wms_tour
WHERE tenant_id = %(tenant)s AND state <> 'done' GROUP BY node_id
UNION ALL
SELECT 'putaway', node_id, count(*), sum(id), sum(xmin::text::bigint) FROM wms_putaway_task
WHERE tenant_id = %(tenant)s AND state = 'ready' GROUP BY node_id
UNION ALL
SELECT 'exception', node_id, count(*), sum(id), sum(xmin::text::bigint) FROM wms_exception
WHERE tenant_id = %(tenant)s AND settled_at IS NULL GROUP BY node_id
