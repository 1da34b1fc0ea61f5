-- The rows behind picks_of_people.sql, the latest first.
-- Parameters: tenant, node, from_id, since, until, badge (NULL for anybody), limit.  Locks: none.
SELECT p.id, p.done_at, p.badge, coalesce(b.name, p.badge) AS name, t.number AS tour, o.release_number, o.order_number, i.sku, i.name AS item,
  l.code AS bin, h.code AS tote, p.quantity, p.picked, p.state
FROM wms_tour t
JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = p.outbound_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = p.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = p.location_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = t.tenant_id AND h.id = p.tote_id
LEFT JOIN people_badge b ON b.tenant_id = t.tenant_id AND b.code = p.badge
WHERE t.tenant_id = %(tenant)s AND t.id >= %(from_id)s AND t.node_id = %(node)s AND p.badge IS NOT NULL
  AND p.done_at >= %(since)s AND p.done_at < %(until)s AND p.state = ANY (%(states)s::text[])
  AND (%(badge)s::text IS NULL OR p.badge = %(badge)s)
ORDER BY p.done_at DESC, p.id LIMIT %(limit)s
