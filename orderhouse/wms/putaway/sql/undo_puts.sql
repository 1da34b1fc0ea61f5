-- Take back what was put away; the tasks are open again.  Parameters: tenant, ids (sorted), quantities.
-- Locks: the tasks (the caller holds them).
UPDATE wms_putaway_task t SET done = t.done - u.quantity, state = 'ready', done_at = NULL
FROM unnest(%(ids)s::bigint[], %(quantities)s::integer[]) AS u (id, quantity)
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
