-- Add net deltas to balances.  Parameters: tenant, ids and deltas (sorted by id).
-- Locks: the accounts, in id order. An account that would fall below zero is left out of the answer: the caller refuses.
WITH change AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(deltas)s::bigint[]) AS u (id, delta)
), locked AS MATERIALIZED (
  SELECT a.id FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.id = ANY (%(ids)s::bigint[])
  ORDER BY a.id FOR UPDATE
)
UPDATE ledger_account a SET balance = a.balance + c.delta, version = a.version + 1
FROM change c JOIN locked USING (id)
WHERE a.tenant_id = %(tenant)s AND a.id = c.id AND (a.outside OR a.balance + c.delta >= 0)
RETURNING a.id
