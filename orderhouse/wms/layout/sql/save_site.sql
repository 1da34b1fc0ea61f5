-- A node's geometry, new or changed.  Parameters: tenant, node, geometry.
-- Locks: the site, so that two imports of one building follow each other.
INSERT INTO wms_site (tenant_id, node_id, geometry)
SELECT t.tenant_id, %(node)s, %(geometry)s::jsonb FROM people_tenant t WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id) DO UPDATE SET geometry = excluded.geometry
