-- Set tasks to what their bin had.  Parameters: tenant, at, ids (sorted), found (units in all, those in the tote included).
-- Locks: the tasks, whose outbounds are locked before.
UPDATE wms_pick_task t
SET quantity = CASE WHEN u.found > t.picked THEN u.found ELSE t.quantity END,
    state = CASE WHEN u.found > t.picked THEN t.state ELSE 'short' END,
    done_at = CASE WHEN u.found > t.picked THEN t.done_at ELSE %(at)s END
FROM unnest(%(ids)s::bigint[], %(found)s::int[]) AS u (id, found)
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
