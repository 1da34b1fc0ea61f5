-- One order's shipments, a row a parcel with its contents.  Parameters: tenant, order.  Locks: none.
SELECT s.id, s.number, r.number, n.code, s.carrier, s.service, s.shipped_at,
       p.id, p.sscc, p.tracking, p.weight_grams, p.delivered_at, c.contents
FROM oms_shipment s
JOIN oms_release r ON r.tenant_id = s.tenant_id AND r.id = s.release_id
JOIN catalog_node n ON n.tenant_id = s.tenant_id AND n.id = s.node_id
LEFT JOIN oms_parcel p ON p.tenant_id = s.tenant_id AND p.shipment_id = s.id
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_array(l.line_number, c.quantity, c.lot_number, c.serial_number) ORDER BY c.position)::text AS contents
  FROM oms_parcel_line c JOIN oms_release_line l ON l.tenant_id = c.tenant_id AND l.id = c.release_line_id
  WHERE c.tenant_id = %(tenant)s AND c.parcel_id = p.id
) c ON true
WHERE s.tenant_id = %(tenant)s AND s.order_id = %(order)s
ORDER BY s.shipped_at, s.id, p.id
