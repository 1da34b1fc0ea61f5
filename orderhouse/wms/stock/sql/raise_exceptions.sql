-- Keep what went otherwise than planned.  Parameters: tenant, node, at, one array per column.  Locks: the new rows.
INSERT INTO wms_exception (tenant_id, id, node_id, kind, subject_kind, subject_id, facts, owner, raised_at)
SELECT t.tenant_id, u.id, %(node)s, u.kind, u.subject_kind, u.subject_id, u.facts, u.owner, %(at)s
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(kinds)s::text[], %(subject_kinds)s::text[], %(subjects)s::bigint[], %(facts)s::jsonb[], %(owners)s::text[])
     AS u (id, kind, subject_kind, subject_id, facts, owner)
WHERE t.tenant_id = %(tenant)s
