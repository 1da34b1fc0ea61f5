-- The open stops of a tour.  Parameters: tenant, tour.  Locks: none.  A tote not chosen yet is the order's slot on the cart.
SELECT t.sequence, l.code AS location, i.sku, i.name, i.base_unit AS unit, coalesce(nullif(b.serial_number, ''), b.lot_number, '') AS lot,
  t.quantity - t.picked AS quantity, coalesce(h.code, '') AS tote, o.release_number
FROM wms_pick_task t
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
LEFT JOIN ledger_lot b ON b.tenant_id = t.tenant_id AND b.id = t.lot_id
LEFT JOIN LATERAL (SELECT min(u.code) AS code FROM wms_handling_unit u WHERE u.tenant_id = t.tenant_id AND u.outbound_id = t.outbound_id) h ON true
WHERE t.tenant_id = %(tenant)s AND t.tour_id = %(tour)s AND t.state IN ('ready', 'started') AND NOT o.cancel_wanted
ORDER BY t.sequence
