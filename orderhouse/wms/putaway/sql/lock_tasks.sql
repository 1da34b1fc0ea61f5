-- Putaway tasks as they stand.  Parameters: tenant, ids.  Locks: the tasks, in id order, after their outbounds.
SELECT t.id, t.node_id, t.kind, t.item_id, t.owner_id, t.lot_id, t.quantity, t.done, t.source_place_id, t.location_id, t.state,
  t.outbound_line_id, t.receipt_id, coalesce(t.badge, '') AS badge, i.sku, i.weight_grams, i.tracks_serials
FROM wms_putaway_task t JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s::bigint[])
ORDER BY t.id FOR UPDATE OF t
