-- Add units to parcels' lines.  Parameters: tenant, parcels, lines, lots, units (sorted by key).
-- Locks: the parcel lines, whose outbounds are locked before.
INSERT INTO wms_parcel_line AS held (tenant_id, parcel_id, outbound_line_id, lot_id, quantity)
SELECT t.tenant_id, u.parcel_id, u.line_id, u.lot_id, u.units
FROM people_tenant t,
     unnest(%(parcels)s::bigint[], %(lines)s::bigint[], %(lots)s::bigint[], %(units)s::int[]) AS u (parcel_id, line_id, lot_id, units)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, parcel_id, outbound_line_id, lot_id) DO UPDATE SET quantity = held.quantity + excluded.quantity
