-- Add net deltas to balances.  Parameters: tenant; ids, deltas and leasts, one of each an account, sorted by id. Where any account has
-- less than its least, nothing is added at all: what was decided on had changed.
-- Locks: the accounts, in id order. An account that would fall below zero is left out of the answer: the caller refuses.
WITH change AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(deltas)s::bigint[], %(leasts)s::bigint[]) AS u (id, delta, least)
), locked AS MATERIALIZED (
  SELECT a.id, a.balance FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.id = ANY (%(ids)s::bigint[])
  ORDER BY a.id FOR UPDATE
)
UPDATE ledger_account a SET balance = a.balance + c.delta, version = a.version + 1
FROM change c JOIN locked USING (id)
WHERE a.tenant_id = %(tenant)s AND a.id = c.id AND c.delta <> 0 AND (a.outside OR a.balance + c.delta >= 0)
  AND (SELECT count(*) FROM locked l JOIN change w USING (id) WHERE l.balance < w.least) = 0
RETURNING a.id
