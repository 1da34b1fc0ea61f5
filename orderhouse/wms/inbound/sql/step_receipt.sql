-- A receipt's next state.  Parameters: tenant, id, state, dock, at.  Locks: the receipt (the caller holds it).
UPDATE wms_receipt SET state = %(state)s, dock_id = coalesce(dock_id, %(dock)s::bigint), arrived_at = coalesce(arrived_at, %(at)s),
  closed_at = CASE WHEN %(state)s = 'closed' THEN %(at)s ELSE closed_at END
WHERE tenant_id = %(tenant)s AND id = %(id)s
