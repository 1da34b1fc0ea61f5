-- Receipts, new or announced anew.  Parameters: tenant, state, arrived_at, dock, one array per column.
-- Locks: the rows (those that exist are locked before).
INSERT INTO wms_receipt (tenant_id, id, node_id, number, kind, supplier, reference, state, expected_at, arrived_at, dock_id)
SELECT t.tenant_id, u.id, u.node_id, u.number, u.kind, u.supplier, u.reference, %(state)s, u.expected_at, %(arrived_at)s::timestamptz,
       %(dock)s::bigint
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(nodes)s::bigint[], %(numbers)s::text[], %(kinds)s::text[], %(suppliers)s::text[],
            %(references)s::text[], %(expected)s::timestamptz[]) AS u (id, node_id, number, kind, supplier, reference, expected_at)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, id) DO UPDATE SET supplier = excluded.supplier, reference = excluded.reference, expected_at = excluded.expected_at
