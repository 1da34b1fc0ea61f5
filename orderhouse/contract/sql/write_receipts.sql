-- Write what receivers made of letters; an id that is already there stays as it is and is not returned.
-- Parameters: tenant, at, and one array per column, sorted by source and id.
-- Locks: the new rows; a twin written by another transaction at this moment is waited for.
INSERT INTO contract_inbox (tenant_id, source, message_id, destination, type, version, subject, received_at, state, refusal, payload)
SELECT t.tenant_id, u.source, u.message_id, u.destination, u.type, u.version, u.subject, %(at)s,
       CASE WHEN u.refusal IS NULL THEN 'done' ELSE 'refused' END, u.refusal::jsonb, u.payload::jsonb
FROM people_tenant t,
     unnest(%(sources)s::text[], %(ids)s::bigint[], %(destinations)s::text[], %(types)s::text[], %(versions)s::smallint[],
            %(subjects)b::text[], %(refusals)b::text[], %(payloads)b::text[])
     AS u (source, message_id, destination, type, version, subject, refusal, payload)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, source, message_id) DO NOTHING
RETURNING source, message_id
