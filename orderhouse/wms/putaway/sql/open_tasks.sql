-- Work waiting to be put away, oldest first.  Parameters: tenant, node, source (place, NULL for all), item (NULL for all), limit.
-- Locks: none.
SELECT t.id, t.kind, t.item_id, i.sku, i.name, t.lot_id, coalesce(l.lot_number, '') AS lot_number, coalesce(l.serial_number, '') AS serial_number,
  t.quantity - t.done AS quantity, t.source_place_id, coalesce(sl.code, sh.code) AS source, t.location_id, d.code AS location,
  coalesce(t.badge, '') AS badge, t.receipt_id, t.created_at
FROM wms_putaway_task t
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location d ON d.tenant_id = t.tenant_id AND d.id = t.location_id
LEFT JOIN ledger_lot l ON l.tenant_id = t.tenant_id AND l.id = t.lot_id
LEFT JOIN wms_location sl ON sl.tenant_id = t.tenant_id AND sl.id = t.source_place_id
LEFT JOIN wms_handling_unit sh ON sh.tenant_id = t.tenant_id AND sh.id = t.source_place_id
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready'
  AND (%(source)s::bigint IS NULL OR t.source_place_id = %(source)s) AND (%(item)s::bigint IS NULL OR t.item_id = %(item)s)
ORDER BY t.created_at, d.pick_order, t.id LIMIT %(limit)s
