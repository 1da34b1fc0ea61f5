-- Letters out that were delivered, or published, long ago. What waits, is dead, was dropped or refused over there stays.
-- Parameters: tenant, states, before (a time), before_id (the first id of that time), limit.  Locks: the letters.
WITH old AS MATERIALIZED (
  SELECT id FROM contract_outbox
  WHERE tenant_id = %(tenant)s AND id < %(before_id)s AND state = ANY (%(states)s::text[]) AND error = ''
    AND coalesce(delivered_at, created_at) < %(before)s
  ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM contract_outbox o USING old WHERE o.tenant_id = %(tenant)s AND o.id = old.id
