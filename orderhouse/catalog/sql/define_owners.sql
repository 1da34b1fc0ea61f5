-- Make or correct owners by code.  Parameters: tenant, ids, codes (sorted), names.  Locks: the owners, in code order.
INSERT INTO catalog_owner (tenant_id, id, code, name)
SELECT t.tenant_id, u.id, u.code, u.name
FROM people_tenant t, unnest(%(ids)s::bigint[], %(codes)s::text[], %(names)s::text[]) AS u (id, code, name)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, code) DO UPDATE SET name = EXCLUDED.name
RETURNING code, id
