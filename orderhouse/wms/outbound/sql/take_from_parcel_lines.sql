-- Take units out of parcels' lines.  Parameters: tenant, parcels, lines, lots, units.
-- Locks: the parcel lines, whose outbounds are locked before.
UPDATE wms_parcel_line c SET quantity = c.quantity - u.units
FROM unnest(%(parcels)s::bigint[], %(lines)s::bigint[], %(lots)s::bigint[], %(units)s::int[]) AS u (parcel_id, line_id, lot_id, units)
WHERE c.tenant_id = %(tenant)s AND c.parcel_id = u.parcel_id AND c.outbound_line_id = u.line_id AND c.lot_id = u.lot_id
