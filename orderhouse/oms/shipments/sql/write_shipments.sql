-- Keep shipments.  Parameters: tenant; one array per column.  Locks: none beyond the new rows.
INSERT INTO oms_shipment (tenant_id, id, number, release_id, order_id, node_id, carrier, service, shipped_at)
SELECT t.tenant_id, u.*
FROM people_tenant t, unnest(%(ids)s::bigint[], %(numbers)s::text[], %(releases)s::bigint[], %(orders)s::bigint[], %(nodes)s::bigint[],
                             %(carriers)s::text[], %(services)s::text[], %(shipped)s::timestamptz[]) AS u
WHERE t.tenant_id = %(tenant)s
