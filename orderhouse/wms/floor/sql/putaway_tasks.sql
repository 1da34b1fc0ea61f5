-- Open putaway and put-back tasks of a node: of these items, from these places, or this one task; all of them where everything
-- is NULL.  last: a task just done, whose put may be undone.  Parameters: tenant, node, items, places, task, last, limit.  Locks: none.
SELECT t.id, t.item_id, i.sku, i.name, coalesce(b.lot_number, '') AS lot, coalesce(b.serial_number, '') AS serial,
       t.quantity - t.done AS open, t.source_place_id, coalesce(sl.code, sh.code, '') AS source, t.location_id, l.code AS bin,
       t.kind = 'putback' AS putback
FROM wms_putaway_task t
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
LEFT JOIN ledger_lot b ON b.tenant_id = t.tenant_id AND b.id = t.lot_id
LEFT JOIN wms_location sl ON sl.tenant_id = t.tenant_id AND sl.id = t.source_place_id
LEFT JOIN wms_handling_unit sh ON sh.tenant_id = t.tenant_id AND sh.id = t.source_place_id
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND (t.state = 'ready' OR t.id = %(last)s::bigint)
  AND (%(items)s::bigint[] IS NULL OR t.item_id = ANY (%(items)s::bigint[]) OR t.source_place_id = ANY (%(places)s::bigint[])
       OR t.id = %(task)s::bigint OR t.id = %(last)s::bigint)
ORDER BY t.created_at, t.id
LIMIT %(limit)s
