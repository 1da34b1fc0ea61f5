-- Letters that were admitted and then refused by their receiver.
-- Parameters: tenant, sources, ids, refusals, payloads.  Locks: the receipts (written by this same transaction).
UPDATE contract_inbox i SET state = 'refused', refusal = u.refusal::jsonb, payload = u.payload::jsonb
FROM unnest(%(sources)s::text[], %(ids)s::bigint[], %(refusals)b::text[], %(payloads)b::text[])
  AS u (source, message_id, refusal, payload)
WHERE i.tenant_id = %(tenant)s AND i.source = u.source AND i.message_id = u.message_id
