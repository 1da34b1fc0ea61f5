-- Letters whose receiver in this process failed: back to waiting, no longer holding their subject's order.
-- Parameters: tenant, ids, errors, next_tries.  Locks: the letters (written by this same transaction).
UPDATE contract_outbox o
SET state = 'waiting', delivered_at = NULL, attempts = 1, aside = true, error = u.error, next_try_at = u.next_try_at
FROM unnest(%(ids)s::bigint[], %(errors)s::text[], %(next_tries)s::timestamptz[]) AS u (id, error, next_try_at)
WHERE o.tenant_id = %(tenant)s AND o.id = u.id
