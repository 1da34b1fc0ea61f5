-- Take open units off pick tasks.  Parameters: tenant, at, ids (sorted), units.  Locks: the tasks, whose outbounds are locked before.
UPDATE wms_pick_task t
SET quantity = CASE WHEN t.quantity > u.units THEN t.quantity - u.units ELSE t.quantity END,
    state = CASE WHEN t.quantity - u.units > t.picked THEN t.state WHEN t.picked > 0 THEN 'picked' ELSE 'cancelled' END,
    done_at = CASE WHEN t.quantity - u.units > t.picked THEN t.done_at ELSE %(at)s END
FROM unnest(%(ids)s::bigint[], %(units)s::int[]) AS u (id, units)
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
