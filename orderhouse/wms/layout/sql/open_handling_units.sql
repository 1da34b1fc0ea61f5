-- Totes, carts and pallets not known yet.  Parameters: tenant, node, kind, ids and codes (sorted).  Locks: the new rows.
INSERT INTO wms_handling_unit (tenant_id, id, node_id, kind, code)
SELECT t.tenant_id, u.id, %(node)s, %(kind)s, u.code
FROM people_tenant t, unnest(%(ids)s::bigint[], %(codes)s::text[]) AS u (id, code)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, code) DO NOTHING
