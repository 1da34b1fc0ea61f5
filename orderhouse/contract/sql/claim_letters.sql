-- Claim the heads and the letters behind each that are due without a gap, lowest ids first; due as in lock_heads.
-- Parameters: tenant, at, lease, limit, and the heads' ids, destinations, subjects, asides.  Locks: the letters claimed.
WITH head AS MATERIALIZED (
  SELECT * FROM unnest(%(ids)s::bigint[], %(destinations)s::text[], %(subjects)b::text[], %(asides)s::boolean[])
    AS u (id, destination, subject, aside)
), behind AS MATERIALIZED (
  SELECT f.id, bool_and((f.next_try_at <= %(at)s OR f.next_try_at > %(at)s + interval '10 minutes')
                    AND (f.claimed_until IS NULL OR f.claimed_until <= %(at)s OR f.claimed_until > %(at)s + interval '10 minutes'))
                 OVER (PARTITION BY f.destination, f.subject ORDER BY f.id) AS clear
  FROM head h
  CROSS JOIN LATERAL (
    SELECT n.id, n.destination, n.subject, n.next_try_at, n.claimed_until FROM contract_outbox n
    WHERE n.tenant_id = %(tenant)s AND n.destination = h.destination AND n.subject = h.subject
      AND n.state = 'waiting' AND n.id >= h.id AND NOT n.aside
    ORDER BY n.id LIMIT %(limit)s) f
  WHERE NOT h.aside
), chosen AS MATERIALIZED (
  SELECT id FROM (SELECT id FROM head WHERE aside UNION ALL SELECT id FROM behind WHERE clear) c ORDER BY id LIMIT %(limit)s
)
UPDATE contract_outbox o SET claimed_until = %(lease)s, attempts = o.attempts + 1
FROM chosen c
WHERE o.tenant_id = %(tenant)s AND o.id = c.id
RETURNING o.id, o.source, o.destination, o.type, o.version, o.subject, o.payload::text, o.actor, o.created_at, o.attempts
