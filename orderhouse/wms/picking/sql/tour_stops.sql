-- The picks of a tour along its walk.  Parameters: tenant, tour.  Locks: none.
SELECT t.id AS task_id, t.sequence, t.state, t.outbound_id, t.outbound_line_id, o.release_number, o.order_number, o.cancel_wanted, t.item_id,
       i.sku, i.name, t.lot_id, coalesce(s.lot_number, '') AS lot_number, coalesce(s.serial_number, '') AS serial_number, s.expires_on,
       t.location_id, l.code AS location, t.quantity, t.picked, h.id AS tote_id, h.code AS tote
FROM wms_pick_task t
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
LEFT JOIN ledger_lot s ON s.tenant_id = t.tenant_id AND s.id = t.lot_id
LEFT JOIN LATERAL (
  SELECT h.id, h.code FROM wms_handling_unit h WHERE h.tenant_id = t.tenant_id AND h.outbound_id = t.outbound_id
  ORDER BY h.id = t.tote_id DESC NULLS LAST, h.id LIMIT 1) h ON true
WHERE t.tenant_id = %(tenant)s AND t.tour_id = %(tour)s
ORDER BY t.sequence
