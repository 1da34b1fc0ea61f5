-- Tasks to put away (or back), done ones too where a receipt is asked for, the oldest first.
-- Parameters: tenant, node, kind and receipt (NULL for any), limit.  Locks: none.
SELECT t.id, t.kind, t.state, i.sku, i.name, coalesce(l.lot_number, '') AS lot_number, t.quantity, t.done,
  coalesce(sl.code, sh.code, '') AS source, d.code AS location, coalesce(b.name, t.badge, '') AS person, t.receipt_id,
  coalesce(r.number, '') AS receipt, coalesce(o.release_number, '') AS release, t.created_at, t.done_at
FROM wms_putaway_task t
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location d ON d.tenant_id = t.tenant_id AND d.id = t.location_id
LEFT JOIN ledger_lot l ON l.tenant_id = t.tenant_id AND l.id = t.lot_id
LEFT JOIN wms_location sl ON sl.tenant_id = t.tenant_id AND sl.id = t.source_place_id
LEFT JOIN wms_handling_unit sh ON sh.tenant_id = t.tenant_id AND sh.id = t.source_place_id
LEFT JOIN people_badge b ON b.tenant_id = t.tenant_id AND b.code = t.badge
LEFT JOIN wms_receipt r ON r.tenant_id = t.tenant_id AND r.id = t.receipt_id
LEFT JOIN wms_outbound_line ol ON ol.tenant_id = t.tenant_id AND ol.id = t.outbound_line_id
LEFT JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = ol.outbound_id
WHERE t.tenant_id = %(tenant)s
