-- Hold lots or free them; answers those that changed.  Parameters: tenant, lots, held.  Locks: the lots, in id order.
WITH locked AS MATERIALIZED (
  SELECT id FROM ledger_lot WHERE tenant_id = %(tenant)s AND id = ANY (%(lots)s::bigint[]) AND held <> %(held)s
  ORDER BY id FOR UPDATE
)
UPDATE ledger_lot l SET held = %(held)s FROM locked WHERE l.tenant_id = %(tenant)s AND l.id = locked.id
RETURNING l.id
