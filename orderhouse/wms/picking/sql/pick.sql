-- Add picked units to tasks.  Parameters: tenant; ids (sorted), units, totes, badges, ats (moments), one of each a task.
-- Locks: the tasks, whose outbounds are locked before.
UPDATE wms_pick_task t
SET picked = t.picked + u.units, tote_id = u.tote_id, badge = u.badge,
    state = CASE WHEN t.picked + u.units = t.quantity THEN 'picked' ELSE t.state END,
    done_at = CASE WHEN t.picked + u.units = t.quantity THEN u.at ELSE t.done_at END
FROM unnest(%(ids)s::bigint[], %(units)s::bigint[], %(totes)s::bigint[], %(badges)s::text[], %(ats)s::timestamptz[])
     AS u (id, units, tote_id, badge, at)
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
