-- What lies in parcels, with lots and serials.  Parameters: tenant, ids.  Locks: none (their outbounds are locked before).
SELECT c.parcel_id, c.outbound_line_id, l.line_number, l.item_id, l.owner_id, c.lot_id, coalesce(s.lot_number, '') AS lot_number,
       coalesce(s.serial_number, '') AS serial_number, c.quantity
FROM wms_parcel_line c
JOIN wms_outbound_line l ON l.tenant_id = c.tenant_id AND l.id = c.outbound_line_id
LEFT JOIN ledger_lot s ON s.tenant_id = c.tenant_id AND s.id = c.lot_id
WHERE c.tenant_id = %(tenant)s AND c.parcel_id = ANY (%(ids)s::bigint[]) AND c.quantity > 0
ORDER BY c.parcel_id, l.line_number, c.lot_id
