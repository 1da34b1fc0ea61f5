-- What lies in parcels that have not left.  Parameters: tenant, ids (of outbounds).
-- Locks: none (their outbounds are locked where it matters).
SELECT p.id AS parcel_id, p.outbound_id, p.state, c.outbound_line_id, l.item_id, l.owner_id, c.lot_id,
       coalesce(s.serial_number <> '', false) AS single, c.quantity
FROM wms_parcel p
JOIN wms_parcel_line c ON c.tenant_id = p.tenant_id AND c.parcel_id = p.id AND c.quantity > 0
JOIN wms_outbound_line l ON l.tenant_id = c.tenant_id AND l.id = c.outbound_line_id
LEFT JOIN ledger_lot s ON s.tenant_id = c.tenant_id AND s.id = c.lot_id
WHERE p.tenant_id = %(tenant)s AND p.outbound_id = ANY (%(ids)s::bigint[]) AND p.state NOT IN ('shipped', 'voided')
ORDER BY p.id, c.outbound_line_id, c.lot_id
