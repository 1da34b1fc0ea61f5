-- One order's lines with their reservations.  Parameters: tenant, order.  Locks: none.
SELECT l.id, l.line_number, l.item_id, i.sku, i.name, l.ordered, l.cancelled, l.backordered, l.reserved, l.released, l.shipped,
       l.returned, l.cancel_wanted, l.unit_price, l.due_date, r.reservations
FROM oms_order_line l
JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
LEFT JOIN (
  SELECT r.order_line_id, json_agg(json_build_array(n.code, r.quantity) ORDER BY n.code)::text AS reservations
  FROM oms_reservation r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
  WHERE r.tenant_id = %(tenant)s AND r.order_id = %(order)s AND r.quantity > 0
  GROUP BY r.order_line_id
) r ON r.order_line_id = l.id
WHERE l.tenant_id = %(tenant)s AND l.order_id = %(order)s
ORDER BY l.line_number
