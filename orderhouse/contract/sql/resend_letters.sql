-- Delivered letters back to waiting, as they were and under their ids.
-- Parameters: tenant, at, since, destination ('' for all), after (an id), limit.  Locks: the letters, in id order.
WITH locked AS MATERIALIZED (
  SELECT id FROM contract_outbox
  WHERE tenant_id = %(tenant)s AND id > %(after)s AND state = 'delivered' AND delivered_at >= %(since)s AND delivered_at < %(at)s
    AND (%(destination)s = '' OR destination = %(destination)s)
  ORDER BY id LIMIT %(limit)s FOR UPDATE
)
UPDATE contract_outbox o
SET state = 'waiting', attempts = 0, next_try_at = %(at)s, claimed_until = NULL, delivered_at = NULL, error = ''
FROM locked WHERE o.tenant_id = %(tenant)s AND o.id = locked.id
RETURNING o.id
