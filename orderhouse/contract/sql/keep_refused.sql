-- Letters whose receiver failed while they were handed over again: refused, as they were.
-- Parameters: tenant, and one array per column.  Locks: the new rows.
INSERT INTO contract_inbox (tenant_id, source, message_id, destination, type, version, subject, received_at, state, refusal, payload)
SELECT t.tenant_id, u.source, u.message_id, u.destination, u.type, u.version, u.subject, u.received_at, 'refused', u.refusal::jsonb,
       u.payload::jsonb
FROM people_tenant t,
     unnest(%(sources)s::text[], %(ids)s::bigint[], %(destinations)s::text[], %(types)s::text[], %(versions)s::smallint[],
            %(subjects)b::text[], %(received_ats)s::timestamptz[], %(refusals)b::text[], %(payloads)b::text[])
     AS u (source, message_id, destination, type, version, subject, received_at, refusal, payload)
WHERE t.tenant_id = %(tenant)s
