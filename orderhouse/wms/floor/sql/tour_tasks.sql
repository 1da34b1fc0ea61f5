-- What of tours' pick tasks stays as it was planned: order, item, lot, bin, and where the bin stands.  Parameters: tenant, tours.
-- Locks: none.
SELECT t.tour_id, t.id, t.outbound_id, o.release_number, t.item_id, i.sku, i.name, coalesce(nullif(b.serial_number, ''), b.lot_number, '') AS lot,
       l.code AS bin, l.aisle, l.y
FROM wms_pick_task t
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
LEFT JOIN ledger_lot b ON b.tenant_id = t.tenant_id AND b.id = t.lot_id
WHERE t.tenant_id = %(tenant)s AND t.tour_id = ANY (%(tours)s::bigint[])
