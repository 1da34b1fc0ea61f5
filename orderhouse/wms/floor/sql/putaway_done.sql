-- Putaway and put-back tasks another badge has done, the latest first: this one task, and those made since of these items or from
-- these places. Ids grow with time, so the primary key finds the young ones; older ones are history nobody stands before.
-- Parameters: tenant, node, badge (one's own), since (first id), items, places, task, limit.  Locks: none.
SELECT t.id, t.item_id, i.sku, i.name, coalesce(b.lot_number, '') AS lot, coalesce(b.serial_number, '') AS serial,
       t.done, t.source_place_id, coalesce(sl.code, sh.code, '') AS source, t.location_id, l.code AS bin, t.kind = 'putback' AS putback, t.badge
FROM wms_putaway_task t
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
LEFT JOIN ledger_lot b ON b.tenant_id = t.tenant_id AND b.id = t.lot_id
LEFT JOIN wms_location sl ON sl.tenant_id = t.tenant_id AND sl.id = t.source_place_id
LEFT JOIN wms_handling_unit sh ON sh.tenant_id = t.tenant_id AND sh.id = t.source_place_id
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'done' AND t.badge <> %(badge)s
  AND t.id >= least(%(since)s::bigint, nullif(%(task)s::bigint, 0))
  AND (t.id = %(task)s::bigint OR t.item_id = ANY (%(items)s::bigint[]) OR t.source_place_id = ANY (%(places)s::bigint[]))
ORDER BY t.done_at DESC, t.id DESC
LIMIT %(limit)s
