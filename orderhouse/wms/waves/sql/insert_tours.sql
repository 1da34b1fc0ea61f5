-- Write tours.  Parameters: tenant, wave, node, strategy, and one array per column.  Locks: the new rows.
INSERT INTO wms_tour (tenant_id, id, wave_id, node_id, number, strategy, state, meters, path)
SELECT t.tenant_id, u.id, %(wave)s, %(node)s, u.number, %(strategy)s, 'ready', u.meters, u.path::jsonb
FROM people_tenant t, unnest(%(ids)s::bigint[], %(numbers)s::text[], %(meters)s::float8[], %(paths)s::text[]) AS u (id, number, meters, path)
WHERE t.tenant_id = %(tenant)s
