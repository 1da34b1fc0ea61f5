-- Idempotency keys with their answers, used long ago.  Parameters: tenant, before (a time), limit.  Locks: the rows.
WITH old AS MATERIALIZED (
  SELECT actor, key FROM people_idempotency WHERE tenant_id = %(tenant)s AND created_at < %(before)s
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM people_idempotency k USING old WHERE k.tenant_id = %(tenant)s AND k.actor = old.actor AND k.key = old.key
