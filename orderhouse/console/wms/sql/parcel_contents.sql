-- What lies in parcels, with the line's own quantities.  Parameters: tenant, ids (of parcels).  Locks: none.
-- To follow: what is neither in this order's parcels, nor shipped, nor given up.
SELECT c.parcel_id, l.line_number, i.sku, i.name, i.base_unit AS unit, l.quantity AS ordered, sum(c.quantity)::int AS packed,
  (l.waiting + l.allocated + l.picked) AS to_follow,
  coalesce(string_agg(DISTINCT coalesce(nullif(b.serial_number, ''), nullif(b.lot_number, '')), ', '), '') AS lots
FROM wms_parcel_line c
JOIN wms_outbound_line l ON l.tenant_id = c.tenant_id AND l.id = c.outbound_line_id
JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
LEFT JOIN ledger_lot b ON b.tenant_id = c.tenant_id AND b.id = c.lot_id
WHERE c.tenant_id = %(tenant)s AND c.parcel_id = ANY (%(ids)s::bigint[]) AND c.quantity > 0
GROUP BY c.parcel_id, l.line_number, i.sku, i.name, i.base_unit, l.quantity, l.waiting, l.allocated, l.picked
ORDER BY c.parcel_id, l.line_number
