-- The letters that may go next: the oldest waiting letter of each destination and subject, if it is due and unclaimed, and
-- letters set aside. Holding a head means holding its subject's queue.
-- Parameters: tenant, at, limit, resting (destinations not to be troubled now).
-- Locks: the heads found, in no order, skipping those another worker holds.
SELECT o.id, o.destination, o.subject, o.aside
FROM contract_outbox o
WHERE o.tenant_id = %(tenant)s AND o.state = 'waiting' AND o.next_try_at <= %(at)s
  AND (o.claimed_until IS NULL OR o.claimed_until <= %(at)s)
  AND o.destination <> ALL (%(resting)s::text[])
  AND (o.aside OR NOT EXISTS (
    SELECT FROM contract_outbox older
    WHERE older.tenant_id = o.tenant_id AND older.destination = o.destination AND older.subject = o.subject
      AND older.state = 'waiting' AND older.id < o.id AND NOT older.aside))
ORDER BY o.next_try_at, o.id
LIMIT %(limit)s
FOR UPDATE OF o SKIP LOCKED
