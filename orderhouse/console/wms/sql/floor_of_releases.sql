-- What the floor did with releases, pick by pick.  The few lines are found first: joined in one go, all lines of a year would be.
-- Parameters: tenant, numbers.  Locks: none.
WITH found AS MATERIALIZED (
  SELECT o.* FROM unnest(%(numbers)s::text[]) AS u (number)
  JOIN catalog_node n ON n.tenant_id = %(tenant)s
  JOIN wms_outbound o ON o.tenant_id = %(tenant)s AND o.node_id = n.id AND o.release_number = u.number
), parcel AS MATERIALIZED (
  SELECT k.outbound_line_id, string_agg(DISTINCT c.sscc, ' ' ORDER BY c.sscc) AS parcel, min(c.state) AS parcel_state
  FROM found o
  JOIN wms_parcel c ON c.tenant_id = o.tenant_id AND c.outbound_id = o.id AND c.state <> 'voided'
  JOIN wms_parcel_line k ON k.tenant_id = c.tenant_id AND k.parcel_id = c.id AND k.quantity > 0
  GROUP BY k.outbound_line_id
)
SELECT o.id AS outbound_id, o.release_number, n.code AS node, o.state, w.number AS wave, o.cancel_wanted,
  t.number AS tour, coalesce(b.name, p.badge, '') AS picker, i.sku, l.code AS bin, h.code AS tote, p.quantity, p.picked,
  p.state AS pick_state, p.done_at, c.parcel, c.parcel_state
FROM found o
JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
LEFT JOIN wms_wave w ON w.tenant_id = o.tenant_id AND w.id = o.wave_id
LEFT JOIN LATERAL (
  SELECT * FROM wms_outbound_line l WHERE l.tenant_id = %(tenant)s AND l.outbound_id = o.id OFFSET 0) ol ON true
LEFT JOIN LATERAL (
  SELECT * FROM wms_pick_task t WHERE t.tenant_id = %(tenant)s AND t.outbound_line_id = ol.id OFFSET 0) p ON true
LEFT JOIN wms_tour t ON t.tenant_id = p.tenant_id AND t.id = p.tour_id
LEFT JOIN catalog_item i ON i.tenant_id = ol.tenant_id AND i.id = ol.item_id
LEFT JOIN wms_location l ON l.tenant_id = p.tenant_id AND l.id = p.location_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = p.tenant_id AND h.id = p.tote_id
LEFT JOIN people_badge b ON b.tenant_id = p.tenant_id AND b.code = p.badge
LEFT JOIN parcel c ON c.outbound_line_id = ol.id
ORDER BY o.release_number, p.sequence, ol.line_number
