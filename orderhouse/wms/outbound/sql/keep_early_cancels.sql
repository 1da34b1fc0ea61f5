-- Keep cancellations that came before their release.  Parameters: tenant, at, nodes, releases, lines (JSON or NULL for all).
-- A second one for the same release adds its lines; a whole cancellation stays whole.  Locks: the rows, sorted by key.
INSERT INTO wms_early_cancel AS kept (tenant_id, node_id, release_number, lines, received_at)
SELECT t.tenant_id, u.node_id, u.release_number, u.lines::jsonb, %(at)s
FROM people_tenant t, unnest(%(nodes)s::bigint[], %(releases)s::text[], %(lines)s::text[]) AS u (node_id, release_number, lines)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, release_number) DO UPDATE SET lines = kept.lines || excluded.lines
