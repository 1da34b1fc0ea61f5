-- Add what was put away.  Parameters: tenant, ids and quantities, badge, at.  Locks: the tasks (the caller holds them).
UPDATE wms_putaway_task t SET done = t.done + u.quantity, badge = %(badge)s,
  state = CASE WHEN t.done + u.quantity = t.quantity THEN 'done' ELSE t.state END,
  done_at = CASE WHEN t.done + u.quantity = t.quantity THEN %(at)s ELSE t.done_at END
FROM unnest(%(ids)s::bigint[], %(quantities)s::integer[]) AS u (id, quantity)
WHERE t.tenant_id = %(tenant)s AND t.id = u.id
