-- Count tasks with what a variance is worth at the item's price; count_queries.py adds which of them.  Locks: none.
SELECT c.id, n.code AS node, c.node_id, c.location_id, l.code AS location, z.code AS zone, c.item_id, i.sku, i.name, c.reason, c.state,
  c.expected, c.counted, coalesce(c.assigned_to, '') AS assigned_to, coalesce(a.name, '') AS assigned_name,
  coalesce(c.badge, '') AS badge, coalesce(b.name, c.badge, '') AS counter, c.created_at, c.counted_at,
  (c.counted - c.expected) * i.price AS value, coalesce(i.currency, '') AS currency
FROM wms_count_task c
JOIN catalog_node n ON n.tenant_id = c.tenant_id AND n.id = c.node_id
JOIN wms_location l ON l.tenant_id = c.tenant_id AND l.id = c.location_id
JOIN wms_zone z ON z.tenant_id = l.tenant_id AND z.id = l.zone_id
JOIN catalog_item i ON i.tenant_id = c.tenant_id AND i.id = c.item_id
LEFT JOIN people_badge a ON a.tenant_id = c.tenant_id AND a.code = c.assigned_to
LEFT JOIN people_badge b ON b.tenant_id = c.tenant_id AND b.code = c.badge
WHERE c.tenant_id = %(tenant)s
