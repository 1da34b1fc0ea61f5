-- One letter as it was sent and as it was taken.  Parameters: tenant, source, message_id.  Locks: none.
SELECT %(source)s::text AS source, %(message_id)s::bigint AS message_id, coalesce(o.destination, i.destination),
  coalesce(o.type, i.type), coalesce(o.version, i.version), coalesce(o.subject, i.subject),
  coalesce(o.payload, i.payload)::text, coalesce(o.actor, ''), o.created_at, o.state, coalesce(o.attempts, 0), o.next_try_at,
  coalesce(o.aside, false), coalesce(o.error, ''), o.delivered_at, i.received_at, i.state, i.refusal::text
FROM (SELECT * FROM contract_outbox WHERE tenant_id = %(tenant)s AND id = %(message_id)s AND source = %(source)s) o
FULL JOIN (SELECT * FROM contract_inbox
           WHERE tenant_id = %(tenant)s AND source = %(source)s AND message_id = %(message_id)s) i ON true
