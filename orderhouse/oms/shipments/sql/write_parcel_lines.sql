-- Keep what is in parcels.  Parameters: tenant; one array per column.  Locks: none beyond the new rows.
INSERT INTO oms_parcel_line (tenant_id, parcel_id, position, release_line_id, quantity, lot_number, serial_number)
SELECT t.tenant_id, u.*
FROM people_tenant t, unnest(%(parcels)s::bigint[], %(positions)s::int[], %(release_lines)s::bigint[], %(quantities)s::int[],
                             %(lots)s::text[], %(serials)s::text[]) AS u
WHERE t.tenant_id = %(tenant)s
