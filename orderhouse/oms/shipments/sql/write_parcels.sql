-- Keep parcels.  Parameters: tenant; one array per column.  Locks: none beyond the new rows.
INSERT INTO oms_parcel (tenant_id, id, shipment_id, sscc, tracking, weight_grams)
SELECT t.tenant_id, u.*
FROM people_tenant t, unnest(%(ids)s::bigint[], %(shipments)s::bigint[], %(ssccs)s::text[], %(trackings)s::text[], %(weights)s::int[]) AS u
WHERE t.tenant_id = %(tenant)s
