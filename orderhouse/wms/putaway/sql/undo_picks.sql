-- Take units off what tasks have picked; they are open again.  Parameters: tenant, ids (sorted), units.
-- Locks: the tasks, whose outbounds are locked before.
UPDATE wms_pick_task t
SET picked = t.picked - u.units, state = 'started', done_at = NULL, tote_id = CASE WHEN t.picked > u.units THEN t.tote_id END
FROM (SELECT id, sum(units)::int AS units FROM unnest(%(ids)s::bigint[], %(units)s::int[]) AS each (id, units) GROUP BY id) u
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
