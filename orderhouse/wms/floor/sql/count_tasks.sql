-- Counts to make at a node: in these bins, or this one task; all of them where bins is NULL.  The book's figure is left out.
-- What was given to another badge is left out.  Parameters: tenant, node, badge, bins (codes), task, limit.  Locks: none.
SELECT t.id, l.code AS bin, t.item_id, i.sku, i.name, t.location_id
FROM wms_count_task t
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready'
  AND (t.assigned_to IS NULL OR t.assigned_to = %(badge)s)
  AND (%(bins)s::text[] IS NULL OR l.code = ANY (%(bins)s::text[]) OR t.id = %(task)s::bigint)
ORDER BY l.pick_order, l.code, i.sku
LIMIT %(limit)s
