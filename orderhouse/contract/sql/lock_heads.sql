-- The letters that may go next: the oldest waiting letter of each destination and subject, if it is due and unclaimed, and
-- letters set aside. Holding a head means holding its subject's queue.
-- A letter that is not aside rests for half a minute at most, and a claim holds for one: what seems not due or claimed for longer
-- than ten was written by a process whose clock was ahead of ours, and does not wait for ours to come there.
-- Parameters: tenant, at, limit, resting (destinations not to be troubled now).
-- Locks: the heads found, in no order, skipping those another worker holds.
SELECT o.id, o.destination, o.subject, o.aside
FROM contract_outbox o
WHERE o.tenant_id = %(tenant)s AND o.state = 'waiting'
  AND (o.next_try_at <= %(at)s OR o.next_try_at > %(at)s + interval '10 minutes' AND NOT o.aside)
  AND (o.claimed_until IS NULL OR o.claimed_until <= %(at)s OR o.claimed_until > %(at)s + interval '10 minutes')
  AND o.destination <> ALL (%(resting)s::text[])
  AND (o.aside OR NOT EXISTS (
    SELECT FROM contract_outbox older
    WHERE older.tenant_id = o.tenant_id AND older.destination = o.destination AND older.subject = o.subject
      AND older.state = 'waiting' AND older.id < o.id AND NOT older.aside))
ORDER BY o.next_try_at, o.id
LIMIT %(limit)s
FOR UPDATE OF o SKIP LOCKED
