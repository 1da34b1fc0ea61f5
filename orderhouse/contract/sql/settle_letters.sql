-- Write what became of claimed letters. A claim that ran out meanwhile may still report success, nothing else.
-- Parameters: tenant, at, lease, and arrays ids, states, next_tries, errors, asides, uncounted (tries that were not the letter's).
-- Locks: the letters, in id order.
WITH locked AS MATERIALIZED (
  SELECT o.id FROM contract_outbox o
  WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(ids)s::bigint[]) AND o.state = 'waiting'
  ORDER BY o.id FOR UPDATE
)
UPDATE contract_outbox o
SET state = u.state, next_try_at = u.next_try_at, error = u.error, aside = o.aside OR u.aside, claimed_until = NULL,
    attempts = o.attempts - u.uncounted, delivered_at = CASE u.state WHEN 'delivered' THEN %(at)s::timestamptz END
FROM locked JOIN unnest(%(ids)s::bigint[], %(states)s::text[], %(next_tries)s::timestamptz[], %(errors)s::text[],
                        %(asides)s::boolean[], %(uncounted)s::integer[])
  AS u (id, state, next_try_at, error, aside, uncounted) USING (id)
WHERE o.tenant_id = %(tenant)s AND o.id = u.id AND (u.state = 'delivered' OR o.claimed_until = %(lease)s)
