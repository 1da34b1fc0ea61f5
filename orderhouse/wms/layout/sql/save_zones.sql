-- Zones not known yet.  Parameters: tenant, node, ids and codes (sorted).  Locks: the new rows.
INSERT INTO wms_zone (tenant_id, id, node_id, code, name)
SELECT t.tenant_id, u.id, %(node)s, u.code, u.code
FROM people_tenant t, unnest(%(ids)s::bigint[], %(codes)s::text[]) AS u (id, code)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, code) DO NOTHING
