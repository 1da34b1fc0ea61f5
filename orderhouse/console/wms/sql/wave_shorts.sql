-- Short picks of a wave.  Parameters: tenant, wave.  Locks: none.
SELECT p.id, t.number AS tour, l.code AS bin, i.sku, i.name, o.release_number, p.quantity, p.picked, coalesce(b.name, p.badge, '') AS picker, p.done_at
FROM wms_tour t
JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state = 'short'
JOIN wms_location l ON l.tenant_id = p.tenant_id AND l.id = p.location_id
JOIN catalog_item i ON i.tenant_id = p.tenant_id AND i.id = p.item_id
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
LEFT JOIN people_badge b ON b.tenant_id = p.tenant_id AND b.code = p.badge
WHERE t.tenant_id = %(tenant)s AND t.wave_id = %(wave)s
ORDER BY p.done_at DESC
