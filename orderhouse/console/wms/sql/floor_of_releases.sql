-- What the floor did with releases, pick by pick.  Parameters: tenant, numbers.  Locks: none.
SELECT o.id AS outbound_id, o.release_number, n.code AS node, o.state, w.number AS wave, o.cancel_wanted,
  t.number AS tour, coalesce(b.name, p.badge, '') AS picker, i.sku, l.code AS bin, h.code AS tote, p.quantity, p.picked,
  p.state AS pick_state, p.done_at
FROM wms_outbound o
JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
LEFT JOIN wms_wave w ON w.tenant_id = o.tenant_id AND w.id = o.wave_id
LEFT JOIN wms_outbound_line ol ON ol.tenant_id = o.tenant_id AND ol.outbound_id = o.id
LEFT JOIN wms_pick_task p ON p.tenant_id = ol.tenant_id AND p.outbound_line_id = ol.id
LEFT JOIN wms_tour t ON t.tenant_id = p.tenant_id AND t.id = p.tour_id
LEFT JOIN catalog_item i ON i.tenant_id = ol.tenant_id AND i.id = ol.item_id
LEFT JOIN wms_location l ON l.tenant_id = p.tenant_id AND l.id = p.location_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = p.tenant_id AND h.id = p.tote_id
LEFT JOIN people_badge b ON b.tenant_id = p.tenant_id AND b.code = p.badge
WHERE o.tenant_id = %(tenant)s AND (o.node_id, o.release_number) IN (
  SELECT n.id, u.number FROM catalog_node n, unnest(%(numbers)s::text[]) AS u (number) WHERE n.tenant_id = %(tenant)s)
ORDER BY o.release_number, p.sequence, ol.line_number
