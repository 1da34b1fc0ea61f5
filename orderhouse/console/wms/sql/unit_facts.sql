-- A handling unit by its code, with the order, tour and wave it is for.  Parameters: tenant, node, code.  Locks: none.
SELECT h.id, n.code AS node, h.kind, h.code, coalesce(h.outbound_id, p.outbound_id) AS outbound_id,
  coalesce(o.release_number, '') AS release_number, coalesce(o.order_number, '') AS order_number, coalesce(p.state, '') AS parcel_state,
  coalesce(p.tracking, '') AS tracking, coalesce(p.carrier, '') AS carrier, coalesce(p.weight_grams, 0) AS weight_grams,
  coalesce(t.number, '') AS tour, coalesce(w.number, '') AS wave, coalesce(u.code, '') AS parent
FROM wms_handling_unit h
JOIN catalog_node n ON n.tenant_id = h.tenant_id AND n.id = h.node_id
LEFT JOIN wms_parcel p ON p.tenant_id = h.tenant_id AND p.id = h.id
LEFT JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = coalesce(h.outbound_id, p.outbound_id)
LEFT JOIN wms_wave w ON w.tenant_id = o.tenant_id AND w.id = o.wave_id
LEFT JOIN wms_handling_unit u ON u.tenant_id = h.tenant_id AND u.id = h.parent_id
LEFT JOIN LATERAL (
  SELECT x.number FROM wms_outbound_line l
  JOIN wms_pick_task k ON k.tenant_id = l.tenant_id AND k.outbound_line_id = l.id
  JOIN wms_tour x ON x.tenant_id = k.tenant_id AND x.id = k.tour_id
  WHERE l.tenant_id = h.tenant_id AND l.outbound_id = o.id AND (k.tote_id = h.id OR h.kind <> 'tote') ORDER BY k.id DESC LIMIT 1
) t ON true
WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s AND h.code = %(code)s
