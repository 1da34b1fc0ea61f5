-- Record events.  Parameters: tenant, and one array per column.  Locks: none beyond the new rows.
INSERT INTO contract_event (tenant_id, id, subject_kind, subject_id, type, facts, actor, device, at)
SELECT t.tenant_id, u.id, u.subject_kind, u.subject_id, u.type, u.facts::jsonb, u.actor, u.device, u.at
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(kinds)s::text[], %(subjects)s::bigint[], %(types)s::text[], %(facts)s::text[],
            %(actors)s::text[], %(devices)s::text[], %(ats)s::timestamptz[])
     AS u (id, subject_kind, subject_id, type, facts, actor, device, at)
WHERE t.tenant_id = %(tenant)s
