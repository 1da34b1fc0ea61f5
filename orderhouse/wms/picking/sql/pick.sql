-- Add picked units to tasks.  Parameters: tenant, at, badge, ids (sorted), units, totes.
-- Locks: the tasks, whose outbounds are locked before.
UPDATE wms_pick_task t
SET picked = t.picked + u.units, tote_id = u.tote_id, badge = %(badge)s,
    state = CASE WHEN t.picked + u.units = t.quantity THEN 'picked' ELSE t.state END,
    done_at = CASE WHEN t.picked + u.units = t.quantity THEN %(at)s ELSE t.done_at END
FROM unnest(%(ids)s::bigint[], %(units)s::int[], %(totes)s::bigint[]) AS u (id, units, tote_id)
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
