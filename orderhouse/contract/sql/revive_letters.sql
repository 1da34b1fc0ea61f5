-- Dead letters back to waiting, with all their tries.  Parameters: tenant, at, sources, ids.  Locks: the letters, in id order.
WITH locked AS MATERIALIZED (
  SELECT o.id FROM contract_outbox o JOIN unnest(%(sources)s::text[], %(ids)s::bigint[]) AS u (source, id)
    ON o.id = u.id AND o.source = u.source
  WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(ids)s::bigint[]) AND o.state = 'dead'
  ORDER BY o.id FOR UPDATE OF o
)
UPDATE contract_outbox o SET state = 'waiting', attempts = 0, next_try_at = %(at)s, claimed_until = NULL
FROM locked WHERE o.tenant_id = %(tenant)s AND o.id = locked.id
RETURNING o.source, o.id
