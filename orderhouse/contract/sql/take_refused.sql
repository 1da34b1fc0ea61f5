-- Refused letters out of the inbox, to be handed over once more.
-- Parameters: tenant, sources, ids.  Locks: the receipts, in key order.
WITH locked AS MATERIALIZED (
  SELECT i.source, i.message_id FROM contract_inbox i
  JOIN unnest(%(sources)s::text[], %(ids)s::bigint[]) AS u (source, id) ON i.source = u.source AND i.message_id = u.id
  WHERE i.tenant_id = %(tenant)s AND i.state = 'refused'
  ORDER BY i.source, i.message_id FOR UPDATE OF i
)
DELETE FROM contract_inbox i USING locked l
WHERE i.tenant_id = %(tenant)s AND i.source = l.source AND i.message_id = l.message_id
RETURNING i.source, i.message_id, i.destination, i.type, i.version, i.subject, i.received_at, i.refusal::text, i.payload::text
