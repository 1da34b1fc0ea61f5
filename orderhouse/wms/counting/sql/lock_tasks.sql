-- Count tasks as they stand.  Parameters: tenant, ids.  Locks: the tasks, in id order.
SELECT c.id, c.node_id, c.location_id, l.code AS location, c.item_id, i.owner_id, i.sku, i.tracks_lots, i.tracks_serials, c.reason,
  c.state, c.expected, c.counted, coalesce(c.badge, '') AS badge
FROM wms_count_task c
JOIN wms_location l ON l.tenant_id = c.tenant_id AND l.id = c.location_id
JOIN catalog_item i ON i.tenant_id = c.tenant_id AND i.id = c.item_id
WHERE c.tenant_id = %(tenant)s AND c.id = ANY (%(ids)s::bigint[])
ORDER BY c.id FOR UPDATE OF c
