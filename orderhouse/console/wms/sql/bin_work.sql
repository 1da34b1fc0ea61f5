-- What is to be done at a place: picks, goods on their way to it, counts.  Parameters: tenant, place.  Locks: none.
SELECT 'pick' AS kind, i.sku, p.quantity - p.picked AS units, coalesce(w.number, '') AS of, coalesce(p.badge, '') AS badge
FROM wms_pick_task p JOIN wms_tour w ON w.tenant_id = p.tenant_id AND w.id = p.tour_id
JOIN catalog_item i ON i.tenant_id = p.tenant_id AND i.id = p.item_id
WHERE p.tenant_id = %(tenant)s AND p.location_id = %(place)s AND p.state IN ('ready', 'started')
UNION ALL
SELECT t.kind, i.sku, t.quantity - t.done, '', coalesce(t.badge, '')
FROM wms_putaway_task t JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
WHERE t.tenant_id = %(tenant)s AND t.location_id = %(place)s AND t.state = 'ready'
UNION ALL
SELECT 'count', i.sku, 0, c.reason, coalesce(c.badge, '')
FROM wms_count_task c JOIN catalog_item i ON i.tenant_id = c.tenant_id AND i.id = c.item_id
WHERE c.tenant_id = %(tenant)s AND c.location_id = %(place)s AND c.state = 'ready'
LIMIT 60
