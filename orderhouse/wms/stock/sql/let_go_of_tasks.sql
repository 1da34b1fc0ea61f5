-- End open pick tasks where they stand: what was picked stays picked, the rest is nobody's.  Parameters: tenant, tasks, at.
-- Locks: the tasks; their outbounds are locked before.
UPDATE wms_pick_task t SET quantity = CASE WHEN t.picked > 0 THEN t.picked ELSE t.quantity END,
  state = CASE WHEN t.picked > 0 THEN 'picked' ELSE 'cancelled' END, done_at = %(at)s
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(tasks)s::bigint[]) AND t.state IN ('ready', 'started')
